"""Addresses of the knowledge base."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from kb.views import (
    a_to_z,
    article,
    cause,
    changes,
    code,
    feedback,
    machines,
    provider,
    source,
    topic,
)


class CodeConverter(StringConverter):
    """What stands in the address of a code or token: 451-4.3.0, tss04; the view mends 451 4.3.0."""

    regex = r"[A-Za-z0-9][A-Za-z0-9._ +-]{0,119}"


register_converter(CodeConverter, "code")

app_name = "kb"
urlpatterns = [
    path("articles/", article.article_list, name="article-list"),
    path("articles/a-to-z/", a_to_z.a_to_z, name="a-to-z"),
    path("articles/<slug:slug>/", article.article, name="article"),
    path("articles/<slug:slug>/helped/", feedback.helped, name="helped"),
    path("articles/<slug:slug>/changes/", changes.article_changes, name="article-changes"),
    path("changes/", changes.changes, name="changes"),
    path("codes/", code.code_list, name="code-list"),
    path("codes/<code:address>/", code.code, name="code"),
    path("providers/", provider.provider_list, name="provider-list"),
    path("providers/<slug:slug>/", provider.provider, name="provider"),
    path("causes/", cause.cause_list, name="cause-list"),
    path("causes/<slug:slug>/", cause.cause, name="cause"),
    path("sources/", source.source_list, name="source-list"),
    path("sources/<slug:slug>/", source.source, name="source"),
    path("feeds/articles.atom", machines.article_feed, name="article-feed"),
    path("feeds/providers/<slug:slug>.atom", machines.provider_feed, name="provider-feed"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", machines.sitemap_part, name="sitemap-part"),
    path("robots.txt", machines.robots, name="robots"),
    path("topics/", topic.topic_list, name="topic-list"),
    path("topics/<slug:slug>/", topic.topic, name="topic"),
]
