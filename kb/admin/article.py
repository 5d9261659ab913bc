"""The editors' working copy of articles, and the deeds that show it to the public."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.contrib.auth import get_permission_codename
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kb import editorial
from kb.admin.base import Admin, GrowsOnDelete
from kb.models import Article, ArticleOpinion, ArticleRevision, Opinion, RemediationStep


class CitationInline(admin.TabularInline):
    """The opinions that the article cites."""

    model = ArticleOpinion
    autocomplete_fields = ["opinion"]
    extra = 1
    ordering = ["position", "pk"]
    verbose_name = "cited opinion"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Fetch the sources that opinions are named by."""
        if db_field.name == "opinion":
            kwargs["queryset"] = Opinion.objects.select_related("source")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class StepInline(admin.StackedInline):
    """What to do, and what to keep from doing."""

    model = RemediationStep
    autocomplete_fields = ["supported_by"]
    formfield_overrides = Admin.formfield_overrides
    extra = 0
    ordering = ["position", "pk"]
    fields = [("position", "kind", "who"), "action", "check_text", "supported_by", "uid"]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Fetch the sources that opinions are named by."""
        kwargs["queryset"] = Opinion.objects.select_related("source")
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class ArticleForm(forms.ModelForm):
    """Boxes as large as what is written in them."""

    class Meta:
        widgets = {
            "question": AdminTextInputWidget(attrs={"size": 110, "class": "vLargeTextField"}),
            "body": AdminTextareaWidget(attrs={"rows": 20}),
        }


class PublicFilter(admin.SimpleListFilter):
    """Whether the public can read an article."""

    title = "public"
    parameter_name = "public"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        """Name the choices."""
        return [("yes", "Published"), ("no", "Not public"), ("review", "In review")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:  # noqa: ARG002
        """Keep what was chosen."""
        kept = {
            "yes": queryset.published,
            "no": queryset.unpublished,
            "review": queryset.in_review,
        }
        return kept.get(self.value(), queryset.all)()


@admin.register(Article)
class ArticleAdmin(GrowsOnDelete):
    """A question with its answer. The public sees a change once it is published."""

    form = ArticleForm
    list_display = ["question", "public_revision", "owner", "reviewed_on", "review_due"]
    list_filter = [PublicFilter, "causes", "topics", "owner"]
    list_select_related = ["owner"]
    search_fields = ["question", "slug", "summary"]
    ordering = ["question"]
    date_hierarchy = "review_due"
    prepopulated_fields = {"slug": ["question"]}
    autocomplete_fields = ["causes", "codes", "providers", "topics", "related", "owner"]
    readonly_fields = ["standing"]
    inlines = [StepInline, CitationInline]
    actions = ["publish", "keep_draft", "send_to_review", "archive"]
    fieldsets = [
        (None, {"fields": ["standing", "question", "slug", "asked_as", "summary"]}),
        (
            "What the opinions come to",
            {"fields": ["expert_summary", "marketer_summary", "technical_summary"]},
        ),
        ("Key points", {"fields": ["key_findings", "key_considerations"]}),
        ("More", {"fields": ["body"]}),
        (
            "What it is about",
            {"fields": ["causes", "codes", "providers", "topics", "related"]},
        ),
        ("Care", {"fields": ["owner", ("reviewed_on", "review_due")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Fetch the revisions that the list names."""
        published = ArticleRevision.objects.published().for_lists()
        rows = super().get_queryset(request)
        return rows.prefetch_related(
            models.Prefetch("revisions", published, to_attr="published_revisions")
        )

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether the user decides what the public reads."""
        return request.user.has_perm(f"kb.{get_permission_codename('publish', self.opts)}")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Deleting takes an article from the public too."""
        return super().has_delete_permission(request, obj) and self.has_publish_permission(request)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """Let revisions go with their article, though nobody deletes one alone."""
        to_delete, counts, missing, protected = super().get_deleted_objects(objs, request)
        missing.discard(ArticleRevision._meta.verbose_name)  # noqa: SLF001
        return to_delete, counts, missing, protected

    def view_on_site(self, article: Article) -> str | None:
        """Return the public page, where there is one."""
        is_public = article.revisions.published().exists()
        return article.get_absolute_url() if is_public else None

    @admin.display(description="published")
    def public_revision(self, article: Article) -> str:
        """The revision that the public reads."""
        numbers = [revision.number for revision in article.published_revisions]
        return f"revision {numbers[0]}" if numbers else "not public"

    @admin.display(description="state")
    def standing(self, article: Article) -> str:
        """What the public reads, and whether the working copy differs from it."""
        if not article.pk:
            return "New: save it, then publish it."
        revision = article.revisions.published().for_lists().first()
        if revision is None:
            return "Not public. Publish it to show it."
        changed = editorial.has_unpublished_changes(article)
        difference = "There are unpublished changes." if changed else "Nothing has changed since."
        return (
            f"Published: revision {revision.number}, {revision.published_at:%Y-%m-%d}. {difference}"
        )

    @admin.action(description="Publish", permissions=["publish"])
    def publish(self, request: HttpRequest, articles: Iterable[Article]) -> None:
        """Show the working copies to the public."""
        for article in articles:
            self.publish_one(request, article)

    @admin.action(description="Keep as draft", permissions=["change"])
    def keep_draft(self, request: HttpRequest, articles: Iterable[Article]) -> None:
        """Freeze the working copies without showing them."""
        keep = lambda article: editorial.keep_draft(article, by=request.user)  # noqa: E731
        self.report(request, articles, keep, "kept as draft")

    @admin.action(description="Send to review", permissions=["change"])
    def send_to_review(self, request: HttpRequest, articles: Iterable[Article]) -> None:
        """Freeze the working copies for somebody to review."""
        send = lambda article: editorial.keep_draft(article, by=request.user, in_review=True)  # noqa: E731
        self.report(request, articles, send, "sent to review")

    @admin.action(description="Archive: take away from the public", permissions=["publish"])
    def archive(self, request: HttpRequest, articles: Iterable[Article]) -> None:
        """Take the articles away from the public."""
        self.report(request, articles, editorial.archive, "archived")

    def publish_one(self, request: HttpRequest, article: Article) -> None:
        """Publish an article and say what happened."""
        try:
            revision = editorial.publish(article, by=request.user)
        except editorial.NothingToPublish as nothing:
            self.message_user(request, str(nothing), messages.INFO)
        else:
            done = f"“{article}” is published as revision {revision.number}."
            self.message_user(request, done, messages.SUCCESS)

    def report(
        self, request: HttpRequest, articles: Iterable[Article], deed: Callable, done: str
    ) -> None:
        """Do a deed to each article and say so."""
        for article in articles:
            deed(article)
            self.message_user(request, f"“{article}” is {done}.", messages.SUCCESS)

    def response_add(
        self, request: HttpRequest, obj: Article, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Publish after saving, where the button says so."""
        return self.publish_after_saving(request, obj) or super().response_add(
            request, obj, post_url_continue
        )

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        """Publish after saving, where the button says so."""
        return self.publish_after_saving(request, obj) or super().response_change(request, obj)

    def publish_after_saving(self, request: HttpRequest, article: Article) -> HttpResponse | None:
        """Publish and stay on the page; None where another button was pressed."""
        if "_publish" not in request.POST or not self.has_publish_permission(request):
            return None
        self.publish_one(request, article)
        return HttpResponseRedirect(reverse("admin:kb_article_change", args=[article.pk]))

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> HttpResponse:
        """Tell the template who may publish."""
        context["can_publish"] = self.has_publish_permission(request)
        return super().render_change_form(request, context, **kwargs)
