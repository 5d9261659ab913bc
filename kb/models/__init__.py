"""The knowledge model; each module holds one family with its QuerySet beside it."""

from kb.models.article import Article, ArticleOpinion, RemediationStep
from kb.models.asked import AskedQuery, UnheardWord
from kb.models.base import Actor, Permanence
from kb.models.cause import Cause
from kb.models.code import CodeMeaning, ErrorCode
from kb.models.feedback import ArticleFeedback, Voice
from kb.models.frozen import RevisionOpinion
from kb.models.opinion import Opinion, OpinionConflict
from kb.models.provider import Provider
from kb.models.revision import ArticleRevision, SearchDocument, SearchWord
from kb.models.signature import Signature, SignatureExample
from kb.models.source import Source
from kb.models.version import InstalledUnit, KnowledgeVersion, PublishedUnit
from kb.models.vocabulary import SlugRedirect, Synonym, Topic

__all__ = [
    "Actor",
    "Article",
    "ArticleFeedback",
    "ArticleOpinion",
    "ArticleRevision",
    "AskedQuery",
    "Cause",
    "CodeMeaning",
    "ErrorCode",
    "InstalledUnit",
    "KnowledgeVersion",
    "Opinion",
    "OpinionConflict",
    "Permanence",
    "Provider",
    "PublishedUnit",
    "RemediationStep",
    "RevisionOpinion",
    "SearchDocument",
    "SearchWord",
    "Signature",
    "SignatureExample",
    "SlugRedirect",
    "Source",
    "Synonym",
    "Topic",
    "UnheardWord",
    "Voice",
]
