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
