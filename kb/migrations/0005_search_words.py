"""Search asks for terms that are made in one place for both databases; the old index goes."""

from django.db import migrations, models

import kb.models.base


def drop_old_index(apps, schema_editor):
    """Drop what `post_migrate` made in earlier versions, and the documents it was made from."""
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            for deed in ("insert", "delete", "update"):
                cursor.execute(f"DROP TRIGGER IF EXISTS kb_search_index_{deed}")
            cursor.execute("DROP TABLE IF EXISTS kb_search_index")
        else:
            cursor.execute("DROP INDEX IF EXISTS kb_search_index")
        cursor.execute("DELETE FROM kb_searchdocument")


def fill_columns(apps, schema_editor):
    """Derive the new columns of revisions from their documents."""
    revisions = apps.get_model("kb", "ArticleRevision")
    for revision in revisions.objects.iterator(chunk_size=100):
        rows = revision.document["rows"]
        steps = [row["fields"] for row in rows if row["model"] == "kb.remediationstep"]
        actors = {step.get("who", "sender") for step in steps if step.get("kind") != "do-not"}
        revision.actors = "".join(f" {actor}" for actor in sorted(actors)) + " " * bool(actors)
        revision.reviewed_on = rows[0]["fields"].get("reviewed_on") or None
        revision.save(update_fields=["actors", "reviewed_on"])


class Migration(migrations.Migration):
    dependencies = [("kb", "0004_signatures_without_anchor")]

    operations = [
        migrations.RunPython(drop_old_index, migrations.RunPython.noop, elidable=True),
        migrations.AddField(
            "searchdocument",
            "form",
            models.PositiveSmallIntegerField(
                default=0, help_text="Which form of `kb.search.analysis` it has."
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "searchdocument",
            "distinct_words",
            models.JSONField(
                default=list, help_text="Its words as people write them, each once."
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "searchdocument", "asked", models.TextField(default=""), preserve_default=False
        ),
        migrations.AddField(
            "article",
            "asked_as",
            kb.models.base.LinesField(
                help_text="Other ways people ask it, one a line: searched, not shown."
            ),
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("documents", models.IntegerField()),
            ],
        ),
        migrations.AddField(
            "articlerevision",
            "reviewed_on",
            models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            "articlerevision",
            "actors",
            models.CharField(
                blank=True,
                default="",
                help_text="Who its steps are for, each between spaces.",
                max_length=120,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill_columns, migrations.RunPython.noop, elidable=True),
    ]
