"""What load balancers ask."""

import pytest
from django.db import DatabaseError

from kb.models import KnowledgeVersion


def test_the_process_lives_without_a_look_at_the_database(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_a_site_without_knowledge_is_not_ready(client):
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"ready": False, "reason": "no knowledge installed"}


@pytest.mark.django_db
def test_a_site_with_knowledge_is_ready_and_names_it(client, starter_content):
    version = KnowledgeVersion.objects.current()

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {"ready": True, "knowledge": 1, "digest": version.digest}


def test_a_site_without_its_database_is_not_ready(client, monkeypatch):
    def fail(*_):
        raise DatabaseError

    monkeypatch.setattr(type(KnowledgeVersion.objects), "current", fail)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"ready": False, "reason": "database"}
