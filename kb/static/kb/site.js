// Conveniences only: every page works without this file.
"use strict";

const READ_AS_TEXT = 512 * 1024;

document.documentElement.classList.add("has-script");

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const status = button.parentElement.querySelector("[role=status]");
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    status.textContent = "Copied.";
  } catch {
    status.textContent = "It is selected: press Ctrl+C.";
  }
});

for (const form of document.querySelectorAll("[data-paste]")) {
  const box = form.querySelector("textarea");
  const chooser = form.querySelector("input[type=file]");

  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  form.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.classList.add("is-target");
  });

  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove("is-target");
  });

  form.addEventListener("drop", async (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    form.classList.remove("is-target");
    const file = event.dataTransfer.files[0];
    const text = file.size <= READ_AS_TEXT ? await file.text() : null;
    if (text !== null && !/[\0\uFFFD]/.test(text)) {
      box.value = text;
      box.focus();
    } else {
      chooser.files = event.dataTransfer.files; // too large or not text: sent as it is
      chooser.focus();
    }
  });
}

// Suggestions while somebody types (ARIA 1.2 combobox with a list box). Without script the form searches.

const SUGGEST_AFTER = 150; // milliseconds without a key

function suggestIn(input, number) {
  const list = document.createElement("ul");
  const status = document.createElement("p");
  const frame = document.createElement("div");
  let options = [];
  let active = -1;
  let timer = 0;
  let asked = "";

  frame.className = "suggest";
  input.replaceWith(frame);
  list.id = `suggestions-${number}`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  frame.append(input, list, status);
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-expanded", "false"],
    ["aria-controls", list.id],
  ]) input.setAttribute(name, value);

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(place) {
    active = place;
    options.forEach((option, n) => option.setAttribute("aria-selected", String(n === place)));
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", options[place].id);
  }

  function show(suggestions) {
    options = suggestions.map((suggestion, n) => {
      const option = document.createElement("li");
      const kind = document.createElement("span");
      option.id = `${list.id}-${n}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.address = suggestion.address;
      kind.className = "eyebrow";
      kind.textContent = suggestion.kind;
      const name = document.createElement("span");
      name.className = "suggestion-name";
      name.textContent = suggestion.name;
      option.append(kind, " ", name);
      return option;
    });
    list.replaceChildren(...options);
    active = -1;
    list.hidden = options.length === 0;
    input.setAttribute("aria-expanded", String(options.length > 0));
    status.textContent = options.length
      ? `${options.length} suggestions. Use the arrow keys.`
      : "";
  }

  async function ask() {
    const words = input.value.trim();
    if (words === asked) return;
    asked = words;
    if (words.length < 2) {
      show([]);
      return;
    }
    try {
      const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(words)}`);
      if (answer.ok && input.value.trim() === words && document.activeElement === input) {
        show((await answer.json()).suggestions);
      }
    } catch {
      close(); // a search without suggestions works as well
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, SUGGEST_AFTER);
  });

  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const places = options.length + 1; // the last is the field itself
      choose(((active + 1 + step + places) % places) - 1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      location.assign(options[active].dataset.address);
    }
  });

  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]");
    event.preventDefault(); // the field keeps the focus until the page changes
    if (option) location.assign(option.dataset.address);
  });
}

document.querySelectorAll("[data-suggest]").forEach(suggestIn);
