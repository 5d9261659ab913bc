from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kb", "0006_article_feedback")]

    operations = [
        migrations.CreateModel(
            name="AskedQuery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.CharField(max_length=200, unique=True)),
                ("searches", models.PositiveIntegerField(default=0)),
                ("without_result", models.PositiveIntegerField(default=0)),
                (
                    "opened",
                    models.PositiveIntegerField(
                        default=0, help_text="How often a page was opened from it."
                    ),
                ),
                ("last_asked_on", models.DateField()),
            ],
            options={"verbose_name_plural": "asked queries"},
        ),
        migrations.CreateModel(
            name="UnheardWord",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("days", models.PositiveSmallIntegerField(default=1)),
                ("last_asked_on", models.DateField()),
            ],
        ),
    ]
