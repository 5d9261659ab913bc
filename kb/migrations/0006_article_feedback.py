from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kb", "0005_search_words")]

    operations = [
        migrations.CreateModel(
            name="ArticleFeedback",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=models.CASCADE,
                        primary_key=True,
                        related_name="feedback",
                        serialize=False,
                        to="kb.article",
                    ),
                ),
                ("helped", models.PositiveIntegerField(default=0)),
                ("not_helped", models.PositiveIntegerField(default=0)),
                (
                    "score",
                    models.FloatField(
                        default=0, help_text="Wilson: how helpful it is at the least, 0 to 1."
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Voice",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("day", models.DateField(db_index=True)),
            ],
        ),
    ]
