"""Join the opinions that are published already to what their documents carry."""

from django.db import migrations

BATCH = 500


def join(apps, schema_editor):
    """Fill the codes and the reporter of each frozen opinion from its document."""
    opinions = apps.get_model("kb", "RevisionOpinion").objects
    sources = dict(apps.get_model("kb", "Source").objects.values_list("slug", "pk"))
    rows = apps.get_model("kb", "ErrorCode").objects.values_list("reply", "enhanced", "pk")
    codes = {(reply, enhanced): pk for reply, enhanced, pk in rows}
    through = opinions.model.codes.through
    reported, carried = [], []
    for opinion in opinions.only("pk", "document").iterator(BATCH):
        fields = opinion.document["fields"]
        keys = {tuple(key) for key in fields.get("codes", [])}
        carried += [
            through(revisionopinion_id=opinion.pk, errorcode_id=codes[key])
            for key in sorted(keys & codes.keys())
        ]
        reporter = (fields.get("reported_by") or [""])[0]
        if reporter in sources:
            opinion.reported_by_id = sources[reporter]
            reported.append(opinion)
    opinions.bulk_update(reported, ["reported_by"], batch_size=BATCH)
    through.objects.bulk_create(carried, batch_size=BATCH, ignore_conflicts=True)


class Migration(migrations.Migration):

    dependencies = [
        ("kb", "0008_relations_of_frozen_opinions"),
    ]

    operations = [migrations.RunPython(join, migrations.RunPython.noop, elidable=True)]
