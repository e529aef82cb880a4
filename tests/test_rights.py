"""Every address as every kind of person, by GET and by POST, against one table.

The table is the plain-language rule written down by hand. An address that is not in it fails the first test, so that
nobody adds a page without saying who may have it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from committees.models import (
    AgendaItem,
    Decision,
    ForwardPlanEntry,
    Meeting,
    Minutes,
    OnwardRecommendation,
    Pack,
    PaperSection,
)
from kpis.models import (
    Figure,
    FigureFinding,
    Indicator,
    ReportingPeriod,
    Return,
    ReturnImport,
    ReturnVersion,
    Target,
    TicketImport,
)
from portal import blocks
from portal.models import Action, ClosedDay, FrozenBlock, Job, Part, Partnership, RoleGrant, Upload, User
from tests import factories

pytestmark = pytest.mark.django_db

# Who asks: nobody signed in; an account with a role in another partnership alone; an officer of the council in
# question; an officer of the other council; the first one's approver; a member; the service manager; the clerk; an
# auditor; an administrator.
PEOPLE = (
    "anonymous", "stranger", "officer", "other-officer", "approver",
    "member", "manager", "clerk", "auditor", "admin",
)  # fmt: skip


@dataclass
class World:
    partnership: Partnership
    people: dict[str, User | None]
    addresses: dict[str, dict[str, Any]]
    data: dict[str, dict[str, Any]] = field(default_factory=dict)


def names_of_addresses() -> set[str]:
    """Every named address of the portal, with its namespace."""

    def walk(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern.url_patterns, inner)
            else:
                assert pattern.name, f"{pattern} has no name"
                yield f"{namespace}{pattern.name}"

    return set(walk(get_resolver().url_patterns, ""))


OK, IN, NO, GONE, NOT = "ok", "in", "403", "404", "405"
DONE, AGAIN = "done", "422"

# One line: address, method, then what each of PEOPLE gets.
#   ok    the page                  done  it is done, and the reader is sent on
#   in    sent to sign in           422   the right is there, the form was empty on purpose
#   403   not yours                 404   there is no such thing, as far as you may know
#   405   not by this method
TABLE = """
address                  method  anonymous stranger officer other-officer approver member manager clerk auditor admin

portal:home              GET     ok   done done done done done done done done done
portal:home              POST    405  405  405  405  405  405  405  405  405  405
portal:start             GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
portal:start             POST    405  405  405  405  405  405  405  405  405  405
portal:theme             GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
portal:theme             POST    405  405  405  405  405  405  405  405  405  405
portal:actions           GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
portal:actions           POST    in   403  405  405  405  405  405  405  405  405
portal:action            GET     in   404  ok   ok   ok   ok   ok   ok   ok   ok
portal:action            POST    in   405  405  405  405  405  405  405  405  405
portal:action/part-2     GET     in   404  404  404  404  ok   ok   ok   ok   404
portal:action-update     GET     in   405  405  405  405  405  405  405  405  405
portal:action-update     POST    in   404  403  403  403  403  done done 403  403
portal:action-update/part-2 POST in   404  404  404  404  403  done done 403  404
portal:audit             GET     in   403  403  403  403  403  403  403  ok   403
portal:audit             POST    in   403  403  403  403  403  403  403  405  403
portal:job               GET     in   404  404  404  404  404  404  ok   404  404
portal:job               POST    in   405  405  405  405  405  405  405  405  405
portal:deputies          GET     in   403  ok   ok   ok   403  ok   ok   403  ok
portal:deputies          POST    in   405  405  405  405  405  405  405  405  405
portal:deputy-name       GET     in   405  405  405  405  405  405  405  405  405
portal:deputy-name       POST    in   403  422  422  422  403  422  422  403  422
portal:deputy-end        GET     in   405  405  405  405  405  405  405  405  405
portal:deputy-end        POST    in   403  done 404  404  403  done 404  403  done
portal:demonstration-day GET     in   403  403  403  403  403  403  403  403  ok
portal:demonstration-day POST    in   403  403  403  403  403  403  403  403  done

kpis:dashboard           GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:dashboard           POST    in   405  405  405  405  405  405  405  405  405
kpis:dashboard-csv       GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:dashboard-csv       POST    in   405  405  405  405  405  405  405  405  405
kpis:dashboard-xlsx      GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:dashboard-xlsx      POST    in   405  405  405  405  405  405  405  405  405
kpis:period-save         GET     in   405  405  405  405  405  405  405  405  405
kpis:period-save         POST    in   403  403  403  403  403  422  422  403  403
kpis:period-usual        GET     in   405  405  405  405  405  405  405  405  405
kpis:period-usual        POST    in   403  403  403  403  403  done done 403  403
kpis:period-remove       GET     in   405  405  405  405  405  405  405  405  405
kpis:period-remove       POST    in   403  403  403  403  403  done done 403  403
kpis:indicator           GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:indicator           POST    in   405  405  405  405  405  405  405  405  405
kpis:limits              GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:limits              POST    in   405  405  405  405  405  405  405  405  405
kpis:limits-propose      GET     in   405  405  405  405  405  405  405  405  405
kpis:limits-propose      POST    in   403  422  422  403  403  422  403  403  403
kpis:limits-approve      GET     in   405  405  405  405  405  405  405  405  405
kpis:limits-approve      POST    in   403  403  403  done 403  done 403  403  403
kpis:limits-withdraw     GET     in   405  405  405  405  405  405  405  405  405
kpis:limits-withdraw     POST    in   403  403  403  done 403  done 403  403  403
kpis:benchmarks          GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:benchmarks          POST    in   405  405  405  405  405  405  405  405  405
kpis:benchmarks-file     GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:benchmarks-file     POST    in   405  405  405  405  405  405  405  405  405
kpis:benchmark-new       GET     in   403  403  403  403  403  ok   403  403  403
kpis:benchmark-new       POST    in   405  405  405  405  405  405  405  405  405
kpis:benchmark-add       GET     in   405  405  405  405  405  405  405  405  405
kpis:benchmark-add       POST    in   403  403  403  403  403  422  403  403  403
kpis:benchmark-edit      GET     in   403  403  403  403  403  ok   403  403  403
kpis:benchmark-edit      POST    in   405  405  405  405  405  405  405  405  405
kpis:benchmark-change    GET     in   405  405  405  405  405  405  405  405  405
kpis:benchmark-change    POST    in   403  403  403  403  403  422  403  403  403
kpis:benchmark-remove    GET     in   405  405  405  405  405  405  405  405  405
kpis:benchmark-remove    POST    in   403  403  403  403  403  done 403  403  403
kpis:assessment-new      GET     in   403  403  403  403  403  ok   403  403  403
kpis:assessment-new      POST    in   405  405  405  405  405  405  405  405  405
kpis:assessment-add      GET     in   405  405  405  405  405  405  405  405  405
kpis:assessment-add      POST    in   403  403  403  403  403  422  403  403  403
kpis:assessment-edit     GET     in   403  403  403  403  403  ok   403  403  403
kpis:assessment-edit     POST    in   405  405  405  405  405  405  405  405  405
kpis:assessment-change   GET     in   405  405  405  405  405  405  405  405  405
kpis:assessment-change   POST    in   403  403  403  403  403  422  403  403  403
kpis:assessment-remove   GET     in   405  405  405  405  405  405  405  405  405
kpis:assessment-remove   POST    in   403  403  403  403  403  done 403  403  403
kpis:findings            GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:findings            POST    in   403  405  405  405  405  405  405  405  405
kpis:findings-csv        GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:findings-csv        POST    in   405  405  405  405  405  405  405  405  405
kpis:findings-xlsx       GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:findings-xlsx       POST    in   405  405  405  405  405  405  405  405  405
kpis:finding             GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:finding             POST    in   405  405  405  405  405  405  405  405  405
kpis:finding-explain     GET     in   405  405  405  405  405  405  405  405  405
kpis:finding-explain     POST    in   403  403  403  403  403  done 403  403  403
kpis:indicators          GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:indicators          POST    in   405  405  405  405  405  405  405  405  405
kpis:indicator-new       GET     in   403  403  403  403  403  ok   403  403  403
kpis:indicator-new       POST    in   405  405  405  405  405  405  405  405  405
kpis:indicator-add       GET     in   405  405  405  405  405  405  405  405  405
kpis:indicator-add       POST    in   403  403  403  403  403  422  403  403  403
kpis:indicator-edit      GET     in   403  403  403  403  403  ok   403  403  403
kpis:indicator-edit      POST    in   405  405  405  405  405  405  405  405  405
kpis:indicator-change    GET     in   405  405  405  405  405  405  405  405  405
kpis:indicator-change    POST    in   403  403  403  403  403  422  403  403  403
kpis:indicator-move      GET     in   405  405  405  405  405  405  405  405  405
kpis:indicator-move      POST    in   403  403  403  403  403  done 403  403  403
kpis:indicator-end       GET     in   405  405  405  405  405  405  405  405  405
kpis:indicator-end       POST    in   403  403  403  403  403  done 403  403  403
kpis:indicator-delete    GET     in   405  405  405  405  405  405  405  405  405
kpis:indicator-delete    POST    in   403  403  403  403  403  done 403  403  403
kpis:budget-set-add      GET     in   405  405  405  405  405  405  405  405  405
kpis:budget-set-add      POST    in   403  403  403  403  403  done 403  403  403
kpis:targets             GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:targets             POST    in   405  405  405  405  405  405  405  405  405
kpis:target-add          GET     in   405  405  405  405  405  405  405  405  405
kpis:target-add          POST    in   403  403  403  403  403  422  403  403  403
kpis:target-edit         GET     in   403  403  403  403  403  ok   403  403  403
kpis:target-edit         POST    in   405  405  405  405  405  405  405  405  405
kpis:target-correct      GET     in   405  405  405  405  405  405  405  405  405
kpis:target-correct      POST    in   403  403  403  403  403  422  403  403  403
kpis:target-remove       GET     in   405  405  405  405  405  405  405  405  405
kpis:target-remove       POST    in   403  403  403  403  403  done 403  403  403
kpis:returns             GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:returns             POST    in   405  405  405  405  405  405  405  405  405
kpis:return              GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:return              POST    in   405  405  405  405  405  405  405  405  405
kpis:return-edit         GET     in   403  ok   403  403  403  403  403  403  403
kpis:return-edit         POST    in   405  405  405  405  405  405  405  405  405
kpis:return-open         GET     in   405  405  405  405  405  405  405  405  405
kpis:return-open         POST    in   403  done 403  403  403  403  403  403  403
kpis:return-save         GET     in   405  405  405  405  405  405  405  405  405
kpis:return-save         POST    403  403  done 403  403  403  403  403  403  403
kpis:return-submit       GET     in   405  405  405  405  405  405  405  405  405
kpis:return-submit       POST    in   403  done 403  403  403  403  403  403  403
kpis:return-approve      GET     in   405  405  405  405  405  405  405  405  405
kpis:return-approve      POST    in   403  403  403  done 403  403  403  403  403
kpis:return-send-back    GET     in   405  405  405  405  405  405  405  405  405
kpis:return-send-back    POST    403  403  403  403  done 403  403  403  403  403
kpis:return-lock         GET     in   405  405  405  405  405  405  405  405  405
kpis:return-lock         POST    in   403  403  403  403  403  done 403  403  403
kpis:tickets             GET     in   403  ok   ok   ok   403  ok   403  ok   403
kpis:tickets             POST    in   403  405  405  405  403  405  403  405  403
kpis:tickets-columns     GET     in   403  ok   403  403  403  403  403  403  403
kpis:tickets-columns     POST    in   403  422  403  403  403  403  403  403  403
kpis:tickets-month       GET     in   403  ok   403  ok   403  ok   403  ok   403
kpis:tickets-month       POST    in   405  405  405  405  405  405  405  405  405
kpis:tickets-hand-in     GET     in   405  405  405  405  405  405  405  405  405
kpis:tickets-hand-in     POST    in   403  422  403  403  403  403  403  403  403
kpis:tickets-import      GET     in   403  ok   403  ok   403  ok   403  ok   403
kpis:tickets-import      POST    in   405  405  405  405  405  405  405  405  405
kpis:tickets-list        GET     in   403  ok   403  ok   403  ok   403  ok   403
kpis:tickets-list        POST    in   403  405  403  405  403  405  403  405  403
kpis:tickets-take-over   GET     in   405  405  405  405  405  405  405  405  405
kpis:tickets-take-over   POST    in   403  done 403  403  403  403  403  403  403
kpis:return-import       GET     in   403  ok   403  403  403  403  403  403  403
kpis:return-import       POST    in   403  422  403  403  403  403  403  403  403
kpis:return-layout-csv   GET     in   403  ok   403  403  403  403  403  403  403
kpis:return-layout-csv   POST    in   405  405  405  405  405  405  405  405  405
kpis:return-layout-xlsx  GET     in   403  ok   403  403  403  403  403  403  403
kpis:return-layout-xlsx  POST    in   405  405  405  405  405  405  405  405  405
kpis:return-import-preview GET   in   403  ok   403  403  403  403  403  403  403
kpis:return-import-preview POST  in   405  405  405  405  405  405  405  405  405
kpis:return-import-apply GET     in   405  405  405  405  405  405  405  405  405
kpis:return-import-apply POST    in   403  done 403  403  403  403  403  403  403
kpis:return-reopen       GET     in   405  405  405  405  405  405  405  405  405
kpis:return-reopen       POST    403  403  403  403  403  403  done 403  403  403
kpis:return-withdraw     GET     in   405  405  405  405  405  405  405  405  405
kpis:return-withdraw     POST    403  403  403  403  403  403  done 403  403  403
kpis:return-version      GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:return-version      POST    in   405  405  405  405  405  405  405  405  405
kpis:return-version/draft GET    in   403  ok   403  ok   403  ok   403  ok   403
kpis:return-compare      GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:return-compare      POST    in   405  405  405  405  405  405  405  405  405
kpis:return-backfill     GET     in   403  ok   403  403  403  403  403  403  403
kpis:return-backfill     POST    in   403  422  403  403  403  403  403  403  403
kpis:returns-owed        GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:returns-owed        POST    in   405  405  405  405  405  405  405  405  405
kpis:reported-list       GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:reported-list       POST    in   405  405  405  405  405  405  405  405  405
kpis:reported            GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
kpis:reported            POST    in   405  405  405  405  405  405  405  405  405
kpis:reported/coming     GET     in   403  404  404  404  404  ok   ok   ok   404

committees:decisions     GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:decisions     POST    405  405  405  405  405  405  405  405  405  405
committees:decisions-csv GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:decisions-csv POST    405  405  405  405  405  405  405  405  405  405
committees:decision      GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:decision      POST    405  405  405  405  405  405  405  405  405  405
committees:decision/draft GET    404  404  404  404  404  404  ok   ok   ok   404
committees:decision-record GET   in   403  403  403  403  403  403  ok   403  403
committees:decision-record POST  in   403  403  403  403  403  403  422  403  403
committees:decision-edit GET     in   404  404  404  404  404  403  ok   403  404
committees:decision-edit POST    in   404  404  404  404  404  403  422  403  404
committees:decision-publish GET  in   405  405  405  405  405  405  405  405  405
committees:decision-publish POST in   404  404  404  404  404  403  done 403  404
committees:decision-correct GET  in   405  405  405  405  405  405  405  405  405
committees:decision-correct POST in   403  403  403  403  403  403  422  403  403
committees:decision-call-in GET  in   405  405  405  405  405  405  405  405  405
committees:decision-call-in POST in   403  403  403  403  403  403  422  403  403
committees:decision-call-in-outcome GET in 405 405 405 405 405 405 405 405 405
committees:decision-call-in-outcome POST in 403 403 403 403 403 403 422 403 403
committees:council-decides GET   in   405  405  405  405  405  405  405  405  405
committees:council-decides POST  in   403  403  403  403  403  403  422  403  403
committees:forward-plan  GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:forward-plan  POST    405  405  405  405  405  405  405  405  405  405
committees:plan-add      GET     in   403  403  403  403  403  403  ok   403  403
committees:plan-add      POST    in   403  403  403  403  403  403  422  403  403
committees:plan-edit     GET     in   403  403  403  403  403  403  ok   403  403
committees:plan-edit     POST    in   403  403  403  403  403  403  422  403  403
committees:plan-withdraw GET     in   405  405  405  405  405  405  405  405  405
committees:plan-withdraw POST    in   403  403  403  403  403  403  done 403  403
committees:meetings      GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:meetings      POST    405  405  405  405  405  405  405  405  405  405
committees:meeting-arrange GET   in   403  403  403  403  403  403  ok   403  403
committees:meeting-arrange POST  in   403  403  403  403  403  403  422  403  403
committees:agenda-build  GET     in   403  403  403  403  403  403  ok   403  403
committees:agenda-build  POST    in   405  405  405  405  405  405  405  405  405
committees:item-add      GET     in   403  403  403  403  403  403  ok   403  403
committees:item-add      POST    in   403  403  403  403  403  403  422  403  403
committees:item-edit     GET     in   403  403  403  403  403  403  ok   403  403
committees:item-edit     POST    in   403  403  403  403  403  403  422  403  403
committees:item-move     GET     in   405  405  405  405  405  405  405  405  405
committees:item-move     POST    in   403  403  403  403  403  403  done 403  403
committees:item-remove   GET     in   405  405  405  405  405  405  405  405  405
committees:item-remove   POST    in   403  403  403  403  403  403  done 403  403
committees:committee     GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:committee     POST    405  405  405  405  405  405  405  405  405  405
committees:members       GET     in   403  403  403  403  403  403  ok   403  403
committees:members       POST    in   405  405  405  405  405  405  405  405  405
committees:member-add    GET     in   403  403  403  403  403  403  ok   403  403
committees:member-add    POST    in   403  403  403  403  403  403  422  403  403
committees:member-end    GET     in   403  403  403  403  403  403  ok   403  403
committees:member-end    POST    in   403  403  403  403  403  403  422  403  403
committees:member-role   GET     in   403  403  403  403  403  403  ok   403  403
committees:member-role   POST    in   403  403  403  403  403  403  422  403  403
committees:chair-elect   GET     in   403  403  403  403  403  403  ok   403  403
committees:chair-elect   POST    in   403  403  403  403  403  403  422  403  403
committees:committee-rules GET   in   403  403  403  403  403  403  ok   403  403
committees:committee-rules POST  in   403  403  403  403  403  403  422  403  403
committees:dispensation-add GET  in   403  403  403  403  403  403  ok   403  403
committees:dispensation-add POST in   403  403  403  403  403  403  422  403  403
committees:attendance    GET     in   403  ok   ok   ok   ok   ok   ok   ok   ok
committees:attendance    POST    in   405  405  405  405  405  405  405  405  405
committees:attendance-csv GET    in   403  ok   ok   ok   ok   ok   ok   ok   ok
committees:attendance-csv POST   in   405  405  405  405  405  405  405  405  405
committees:meeting       GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:meeting       POST    405  405  405  405  405  405  405  405  405  405
committees:meeting/draft GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:paper         GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:paper         POST    405  405  405  405  405  405  405  405  405  405
committees:paper/part-2  GET     in   403  403  403  403  ok   ok   ok   ok   403
committees:paper/draft   GET     404  404  404  404  404  404  ok   ok   ok   404
committees:paper/draft-part-2 GET 404 404  404  404  404  404  ok   ok   ok   404
committees:paper-access  GET     in   403  403  403  403  403  403  ok   403  403
committees:paper-access  POST    in   403  403  403  403  403  403  403  403  403
committees:paper-finding GET     in   405  405  405  405  405  405  405  405  405
committees:paper-finding POST    in   403  403  403  403  403  403  done 403  403
committees:paper-clear   GET     in   405  405  405  405  405  405  405  405  405
committees:paper-clear   POST    in   403  403  403  403  403  403  done 403  403
committees:section-edit  GET     in   403  403  403  403  403  403  ok   403  403
committees:section-edit  POST    in   403  403  403  403  403  403  422  403  403
committees:paper-restriction GET in   403  403  403  403  403  403  ok   403  403
committees:paper-restriction POST in  403  403  403  403  403  403  422  403  403
committees:item-restriction GET  in   403  403  403  403  403  403  ok   403  403
committees:item-restriction POST in   403  403  403  403  403  403  422  403  403
committees:notices       GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:notices       POST    405  405  405  405  405  405  405  405  405  405
committees:notice-add    GET     in   403  403  403  403  403  403  ok   403  403
committees:notice-add    POST    in   403  403  403  403  403  403  422  403  403
committees:compliance    GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:compliance    POST    405  405  405  405  405  405  405  405  405  405
committees:compliance-pdf GET    ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:compliance-pdf POST   405  405  405  405  405  405  405  405  405  405
committees:feeds         GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:feeds         POST    405  405  405  405  405  405  405  405  405  405
committees:calendar      GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:calendar      POST    405  405  405  405  405  405  405  405  405  405
committees:committee-calendar GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:committee-calendar POST    405  405  405  405  405  405  405  405  405  405
committees:publications  GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:publications  POST    405  405  405  405  405  405  405  405  405  405
committees:committee-publications GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:committee-publications POST    405  405  405  405  405  405  405  405  405  405
committees:oparl         GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:oparl         POST    405  405  405  405  405  405  405  405  405  405
committees:oparl-list    GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:oparl-list    POST    405  405  405  405  405  405  405  405  405  405
committees:oparl-object  GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:oparl-object  POST    405  405  405  405  405  405  405  405  405  405
committees:meeting-move  GET     in   403  403  403  403  403  403  ok   403  403
committees:meeting-move  POST    in   403  403  403  403  403  403  422  403  403
committees:meeting-cancel GET    in   403  403  403  403  403  403  ok   403  403
committees:meeting-cancel POST   in   403  403  403  403  403  403  422  403  403
committees:late-item     GET     in   403  403  403  403  403  403  ok   403  403
committees:late-item     POST    in   403  403  403  403  403  403  422  403  403
committees:closed-days   GET     in   403  403  403  403  403  403  ok   403  403
committees:closed-days   POST    in   403  403  403  403  403  403  422  403  403
committees:closed-day-remove GET in   405  405  405  405  405  405  405  405  405
committees:closed-day-remove POST in  403  403  403  403  403  403  done 403  403
committees:room          GET     in   403  403  403  403  403  403  ok   403  403
committees:room          POST    in   405  405  405  405  405  405  405  405  405
committees:room-attendance GET   in   405  405  405  405  405  405  405  405  405
committees:room-attendance POST  in   403  403  403  403  403  403  done 403  403
committees:room-officer  GET     in   405  405  405  405  405  405  405  405  405
committees:room-officer  POST    in   403  403  403  403  403  403  422  403  403
committees:room-remove   GET     in   405  405  405  405  405  405  405  405  405
committees:room-remove   POST    in   403  403  403  403  403  403  done 403  403
committees:room-chair    GET     in   405  405  405  405  405  405  405  405  405
committees:room-chair    POST    in   403  403  403  403  403  403  done 403  403
committees:room-interest GET     in   405  405  405  405  405  405  405  405  405
committees:room-interest POST    in   403  403  403  403  403  403  422  403  403
committees:room-interest-time GET in  405  405  405  405  405  405  405  405  405
committees:room-interest-time POST in 403  403  403  403  403  403  done 403  403
committees:room-interest-withdraw GET in 405 405 405 405 405  405  405  405  405
committees:room-interest-withdraw POST in 403 403 403 403 403 403  done 403  403
committees:room-close    GET     in   405  405  405  405  405  405  405  405  405
committees:room-close    POST    in   403  403  403  403  403  403  422  403  403
committees:room-link     GET     in   405  405  405  405  405  405  405  405  405
committees:room-link     POST    in   403  403  403  403  403  403  done 403  403
committees:minutes       GET     404  404  404  404  404  404  ok   ok   ok   404
committees:minutes       POST    405  405  405  405  405  405  405  405  405  405
committees:minutes-begin GET     in   405  405  405  405  405  405  405  405  405
committees:minutes-begin POST    in   403  403  403  403  403  403  done 403  403
committees:minutes-edit  GET     in   403  403  403  403  403  403  ok   403  403
committees:minutes-edit  POST    in   405  405  405  405  405  405  405  405  405
committees:minutes-save  GET     in   405  405  405  405  405  405  405  405  405
committees:minutes-save  POST    in   403  403  403  403  403  403  409  403  403
committees:minutes-private GET   in   403  403  403  403  403  403  ok   403  403
committees:minutes-private POST  in   403  403  403  403  403  403  422  403  403
committees:minutes-vote  GET     in   403  403  403  403  403  403  ok   403  403
committees:minutes-vote  POST    in   403  403  403  403  403  403  422  403  403
committees:minutes-action GET    in   403  403  403  403  403  403  ok   403  403
committees:minutes-action POST   in   403  403  403  403  403  403  422  403  403
committees:minutes-check GET     in   405  405  405  405  405  405  405  405  405
committees:minutes-check POST    in   403  403  403  403  403  403  done 403  403
committees:minutes-send-back GET in   405  405  405  405  405  405  405  405  405
committees:minutes-send-back POST in  403  403  403  403  403  403  done 403  403
committees:minutes-publish GET   in   405  405  405  405  405  405  405  405  405
committees:minutes-publish POST  in   403  403  403  403  403  403  done 403  403
committees:minutes-approve GET   in   405  405  405  405  405  405  405  405  405
committees:minutes-approve POST  in   403  403  403  403  403  403  done 403  403
committees:minutes/approved GET  ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:publish       GET     in   405  405  405  405  405  405  405  405  405
committees:publish       POST    in   403  403  403  403  403  403  done 403  403
committees:publish-confirm GET  in   403  403  403  403  403  403  ok   403  403
committees:publish-confirm POST in   405  405  405  405  405  405  405  405  405
committees:pack-build    GET     in   405  405  405  405  405  405  405  405  405
committees:pack-build    POST    in   403  403  403  403  403  403  done 403  403
committees:pack          GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
committees:pack          POST    405  405  405  405  405  405  405  405  405  405
committees:pack/members  GET     in   403  403  403  403  ok   ok   ok   ok   403
committees:pack/draft    GET     404  404  404  404  404  404  ok   ok   ok   404
committees:pack/members-draft GET 404 404  404  404  404  404  ok   ok   ok   404

account_login            GET     ok   done done done done done done done done done
account_login            POST    ok   done done done done done done done done done
account_logout           GET     done ok   ok   ok   ok   ok   ok   ok   ok   ok
account_logout           POST    done done done done done done done done done done
account_signup           GET     ok   done done done done done done done done done
account_signup           POST    ok   done done done done done done done done done
account_inactive         GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
account_inactive         POST    405  405  405  405  405  405  405  405  405  405
account_reauthenticate   GET     in   ok   ok   ok   ok   ok   ok   ok   ok   ok
account_reauthenticate   POST    in   ok   ok   ok   ok   ok   ok   ok   ok   ok
account_change_password  GET     in   ok   ok   ok   ok   ok   ok   ok   ok   ok
account_change_password  POST    in   ok   ok   ok   ok   ok   ok   ok   ok   ok
account_set_password     GET     in   done done done done done done done done done
account_set_password     POST    in   done done done done done done done done done
account_reset_password   GET     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
account_reset_password   POST    ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
account_reset_password_done GET  ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
account_reset_password_done POST 405  405  405  405  405  405  405  405  405  405
account_reset_password_from_key GET ok ok  ok   ok   ok   ok   ok   ok   ok   ok
account_reset_password_from_key POST ok ok ok   ok   ok   ok   ok   ok   ok   ok
account_reset_password_from_key_done GET ok ok ok ok ok   ok   ok   ok   ok   ok
account_reset_password_from_key_done POST 405 405 405 405 405 405 405 405 405 405
"""

MARKER = "zanzibar"  # stands in everything restricted and in nothing else


def rows() -> list[tuple[str, str, dict[str, str]]]:
    lines = [line.split() for line in TABLE.strip().splitlines() if line.strip()]
    heading, *body = lines
    assert tuple(heading[2:]) == PEOPLE
    return [(line[0], line[1], dict(zip(PEOPLE, line[2:], strict=True))) for line in body]


def frozen_table(partnership: Partnership, on: date) -> FrozenBlock:
    """A performance table as a paper of that day's meeting carries it."""
    params = {"from": "2018-06", "to": "2018-06"}
    return blocks.freeze(
        "kpis.performance_table",
        partnership=partnership,
        params=params,
        by=None,
        reported_to=f"meeting of {on}",
        reported_on=on,
    )


@pytest.fixture
def world() -> World:
    """One partnership with a thing of every kind in every state that matters, and one elsewhere for the stranger."""
    north, south, far = factories.council("North"), factories.council("South"), factories.council("Far")
    home = factories.partnership(north, south, slug="home")
    elsewhere = factories.partnership(far, slug="elsewhere")
    people: dict[str, User | None] = {
        "anonymous": None,
        "stranger": factories.user(elsewhere, "clerk"),
        "officer": factories.user(home, "officer", north),
        "other-officer": factories.user(home, "officer", south),
        "approver": factories.user(home, "approver", north),
        "member": factories.user(home, "member", north),
        "manager": factories.user(home, "service-manager"),
        "clerk": factories.user(home, "clerk"),
        "auditor": factories.user(home, "auditor"),
        "admin": factories.user(home, "administrator"),
    }
    at = datetime(2018, 10, 1, 9, tzinfo=ZoneInfo("Europe/London"))
    here = {"partnership": "home"}

    def action(title: str, part: str) -> dict[str, Any]:
        made = Action.objects.create(partnership=home, title=title, part=part, source="Minutes", created_at=at)
        return here | {"pk": made.pk}

    job = Job.objects.create(
        partnership=home, kind="committees.pack", key="k", requested_by=people["clerk"], requested_at=timezone.now()
    )

    incidents = factories.indicator(home, "incidents", direction=Indicator.Direction.DECREASE)

    def council_return(month: int, state: str) -> dict[str, Any]:
        period = date(2018, month, 1)
        parent = Return.objects.create(partnership=home, council=north, period=period)
        sent: dict[str, Any] = {}
        if state != ReturnVersion.State.DRAFT:
            sent = {"submitted_by": people["officer"], "submitted_at": at}
        if state == ReturnVersion.State.APPROVED:
            sent |= {"approved_by": people["approver"], "approved_at": at}
        version = ReturnVersion.objects.create(parent=parent, number=1, created_at=at)
        Figure.objects.create(
            version=version, indicator=incidents, typed="7", amount=Decimal(7), saved_by=people["officer"], saved_at=at
        )
        FigureFinding.objects.create(
            version=version, indicator=incidents, rule="unusual-change", severity="warning", stated="7",
            computed="1 to 5", message="7 is above the range of usual variation.",
        )  # fmt: skip
        ReturnVersion.objects.filter(pk=version.pk).update(state=state, **sent)
        if state == ReturnVersion.State.APPROVED:
            parent.in_force = version
            parent.save()
        return here | {"council": "north", "period": period}

    approved, submitted, draft = (
        council_return(6, ReturnVersion.State.APPROVED),
        council_return(7, ReturnVersion.State.SUBMITTED),
        council_return(8, ReturnVersion.State.DRAFT),
    )
    unopened = here | {"council": "north", "period": date(2018, 9, 1)}
    Indicator.objects.filter(pk=incidents.pk).update(ticket_measure=Indicator.TicketMeasure.LOGGED)
    export = TicketImport.objects.create(
        partnership=home, council=north, period=draft["period"], state="done", is_in_use=True, preset="servicenow",
        sha256="0" * 64, imported_by=people["officer"], imported_at=at,
        result={"counts": {"groups": [{"type": "incident", "priority": 1, "logged": 8}], "apart": {}, "tickets": 8,
                           "left_out": 0, "elsewhere": 0}},
    )  # fmt: skip
    read_file = ReturnImport.objects.create(
        version=ReturnVersion.objects.get(parent__period=draft["period"]),
        upload=Upload.objects.create(
            partnership=home, purpose="return", kind="csv", name="august.csv", size=1, sha256="0" * 64, uploaded_at=at
        ),
        lines=[{"box": "figure.incidents", "label": "", "cell": "B2", "before": "7", "after": "8", "state": "change"}],
        faults=[],
        made_by=people["officer"],
        made_at=timezone.now(),
    )
    preview = draft | {"pk": read_file.pk}
    reopened = council_return(5, ReturnVersion.State.APPROVED)
    ReturnVersion.objects.create(
        parent=Return.objects.get(period=reopened["period"]), number=2, created_at=at,
        reopened_by=people["manager"], reopened_reason="Counted twice.",
    )  # fmt: skip
    finding = here | {"pk": FigureFinding.objects.get(version__parent__period=date(2018, 6, 1)).pk}
    aim = Target.objects.create(indicator=incidents, valid_from=date(2018, 7, 1), value=5)
    target = here | {"code": "incidents", "pk": aim.pk}
    period = ReportingPeriod.objects.create(
        partnership=home, name="Summer", first=date(2018, 6, 1), last=date(2018, 8, 1), saved_at=timezone.now()
    )
    benchmark = here | {"pk": factories.benchmark(home).pk}
    assessment = here | {"pk": factories.assessment(home).pk}
    limits = here | {"code": "incidents"}
    proposed = limits | {"pk": factories.rebase(incidents, council=north).pk}

    absence = RoleGrant.objects.create(
        user=factories.user(home, "officer", north), partnership=home, role="officer", council=north,
        deputy_for=people["officer"], named_by=people["officer"], starts_on=date(2018, 10, 1),
        ends_on=date(2018, 10, 9),
    )  # fmt: skip

    committee = factories.committee(home, slug="joint")
    seat = committee.memberships.create(person=factories.person(), council=north, role="member")
    restricted: dict[str, Any] = {
        "part": Part.TWO,
        "private_title": f"About {MARKER}",
        "exempt_paragraphs": [3],
        "public_interest": f"It would harm {MARKER}.",
    }

    def meeting(on: date, *, published: bool) -> dict[str, Any]:
        held = factories.meeting(committee, on, published=published)
        for number, values in ((1, {}), (2, restricted)):
            item = factories.item(held, number, title=f"Item {number}", **values)
            paper = factories.paper(item, slug="paper", title=f"Paper {number}", **values)
            body = f"The price is {MARKER}." if values else "Open words."
            PaperSection.objects.create(paper=paper, position=1, heading="What it says", body=body)
        for edition in Pack.Edition.values:
            text = MARKER if edition == Pack.Edition.MEMBERS else "open"
            pack = Pack(
                meeting=held, edition=edition, number=1, sha256="0" * 64, pages=1, bytes=1, built_at=at,
                published_at=at if published else None,
            )  # fmt: skip
            pack.file.save("x.pdf", ContentFile(f"%PDF {text}".encode()), save=True)
        address = here | {"committee": "joint", "on": on}
        return address | {"_packs": {pack.edition: pack.pk for pack in held.packs.all()}, "_meeting": held}

    published, coming = meeting(date(2018, 10, 16), published=True), meeting(date(2018, 12, 4), published=False)
    checked = Minutes.objects.create(meeting=published.pop("_meeting"), state=Minutes.State.CHECKED)
    approved_minutes = factories.meeting(committee, date(2018, 3, 6), published=True)
    Minutes.objects.create(meeting=approved_minutes, state=Minutes.State.APPROVED)
    assert checked.pk
    factories.meeting(committee, date(2018, 5, 8), published=True)
    draft_minutes = Minutes.objects.create(meeting=committee.meetings.get(on=date(2018, 5, 8)))
    minute = draft_minutes.items.create(
        number=1, title="In private", part=Part.TWO, exempt_paragraphs=[3], text=f"About {MARKER}."
    )
    resolution = minute.resolutions.create(number=1, text=f"That {MARKER} be told.")
    drafted = here | {"committee": "joint", "on": date(2018, 5, 8)}
    interest = coming.pop("_meeting").interests.create(person=factories.person(), kind="personal", nature="A friend.")
    decided = Decision.objects.create(
        meeting=approved_minutes, reference="2018-03-06/1.1", title="Decided", outcome="agreed", recorded_at=at,
        text=f"Pay {MARKER}.", part=Part.TWO, exempt_paragraphs=[3], public_interest=f"It would harm {MARKER}.",
        published_at=at,
    )  # fmt: skip
    OnwardRecommendation.objects.create(decision=decided, council=north, to_body="Cabinet", note=f"For {MARKER}.")
    to_publish = Decision.objects.create(
        meeting=approved_minutes, reference="2018-03-06/1.2", title="To publish", outcome="agreed", recorded_at=at,
        text="Open words.",
    )  # fmt: skip
    planned = ForwardPlanEntry.objects.create(committee=committee, title="Planned", expected="Spring", listed_at=at)
    second_item = AgendaItem.objects.get(meeting__on=date(2018, 12, 4), number=2).pk
    for on in (date(2018, 3, 6), date(2018, 12, 4)):
        told = factories.paper(factories.item(Meeting.objects.get(committee=committee, on=on), 3), slug="figures")
        PaperSection.objects.create(
            paper=told, position=1, kind="block", block="kpis.performance_table", frozen=frozen_table(home, on)
        )
    packs, draft_packs = published.pop("_packs"), coming.pop("_packs")

    closed_day = ClosedDay.objects.create(partnership=home, on=date(2018, 12, 27), reason="Between the years")

    def paper(of: dict[str, Any], number: int) -> dict[str, Any]:
        return of | {"number": number, "paper": "paper"}

    account = {name: {} for name in names_of_addresses() if name.startswith("account_")}
    account["account_reset_password_from_key"] = {"uidb36": "1", "key": "not-a-key"}
    return World(
        home,
        people,
        {
            **account,
            "portal:home": {},
            "portal:start": here,
            "portal:theme": here,
            "portal:actions": here,
            "portal:action": (open_action := action("Mend the link", Part.ONE)),
            "portal:action/part-2": (hidden_action := action(f"Tell {MARKER}", Part.TWO)),
            "portal:action-update": open_action,
            "portal:action-update/part-2": hidden_action,
            "portal:audit": here,
            "portal:job": here | {"pk": job.pk},
            "portal:demonstration-day": here,
            "portal:deputies": here,
            "portal:deputy-name": here,
            "portal:deputy-end": here | {"pk": absence.pk},
            "kpis:dashboard": here,
            "kpis:dashboard-csv": here,
            "kpis:dashboard-xlsx": here,
            "kpis:indicator": here | {"code": "incidents"},
            "kpis:period-save": here,
            "kpis:period-usual": here | {"pk": period.pk},
            "kpis:period-remove": here | {"pk": period.pk},
            "kpis:limits": limits,
            "kpis:limits-propose": limits,
            "kpis:limits-approve": proposed,
            "kpis:limits-withdraw": proposed,
            "kpis:findings": here,
            "kpis:findings-csv": here,
            "kpis:findings-xlsx": here,
            "kpis:finding": finding,
            "kpis:finding-explain": finding,
            "kpis:indicators": here,
            "kpis:indicator-new": here,
            "kpis:indicator-add": here,
            "kpis:budget-set-add": here,
            **{
                f"kpis:{name}": here | {"code": "incidents"}
                for name in (
                    "indicator-edit",
                    "indicator-change",
                    "indicator-move",
                    "indicator-end",
                    "indicator-delete",
                    "targets",
                    "target-add",
                )
            },
            **{f"kpis:target-{name}": target for name in ("edit", "correct", "remove")},
            "kpis:benchmarks": here,
            "kpis:benchmarks-file": here | {"kind": "benchmarks", "form": "csv"},
            **{f"kpis:{noun}-{verb}": here for noun in ("benchmark", "assessment") for verb in ("new", "add")},
            **{f"kpis:benchmark-{verb}": benchmark for verb in ("edit", "change", "remove")},
            **{f"kpis:assessment-{verb}": assessment for verb in ("edit", "change", "remove")},
            "kpis:returns": here,
            "kpis:return": draft,
            "kpis:return-edit": draft,
            "kpis:return-open": unopened,
            "kpis:return-save": draft,
            "kpis:return-submit": draft,
            "kpis:return-approve": submitted,
            "kpis:return-send-back": submitted,
            "kpis:return-lock": approved,
            **{f"kpis:return-{name}": draft for name in ("import", "layout-csv", "layout-xlsx")},
            "kpis:tickets": here,
            "kpis:tickets-columns": here | {"council": "north"},
            **{f"kpis:tickets-{name}": draft for name in ("month", "hand-in")},
            **{f"kpis:tickets-{name}": draft | {"pk": export.pk} for name in ("import", "list", "take-over")},
            "kpis:return-import-preview": preview,
            "kpis:return-import-apply": preview,
            "kpis:return-reopen": approved,
            "kpis:return-withdraw": reopened,
            "kpis:return-version": reopened | {"number": 1},
            "kpis:return-version/draft": reopened | {"number": 2},
            "kpis:return-compare": reopened,
            "kpis:return-backfill": here | {"council": "north"},
            "kpis:returns-owed": here,
            "kpis:reported-list": here,
            "kpis:reported": here | {"on": date(2018, 3, 6)},
            "kpis:reported/coming": here | {"on": date(2018, 12, 4)},
            "committees:decisions": here,
            "committees:decisions-csv": here,
            "committees:decision": here | {"pk": decided.pk},
            "committees:decision/draft": here | {"pk": to_publish.pk},
            "committees:decision-record": here | {"committee": "joint", "on": date(2018, 3, 6)},
            "committees:decision-edit": here | {"pk": to_publish.pk},
            "committees:decision-publish": here | {"pk": to_publish.pk},
            "committees:decision-correct": here | {"pk": decided.pk},
            "committees:decision-call-in": here | {"pk": decided.pk},
            "committees:decision-call-in-outcome": here | {"pk": decided.pk},
            "committees:council-decides": here | {"pk": decided.pk, "council": "north"},
            "committees:forward-plan": here,
            "committees:plan-add": here | {"committee": "joint"},
            "committees:plan-edit": here | {"pk": planned.pk},
            "committees:plan-withdraw": here | {"pk": planned.pk},
            "committees:meetings": here,
            "committees:meeting-arrange": here,
            "committees:agenda-build": coming,
            "committees:item-add": coming,
            "committees:item-edit": coming | {"pk": second_item},
            "committees:item-move": coming | {"pk": second_item},
            "committees:item-remove": coming | {"pk": second_item},
            "committees:committee": here | {"committee": "joint"},
            **{
                f"committees:{name}": here | {"committee": "joint"}
                for name in (
                    "members",
                    "member-add",
                    "chair-elect",
                    "committee-rules",
                    "dispensation-add",
                    "attendance",
                    "attendance-csv",
                )
            },
            "committees:member-end": here | {"committee": "joint", "pk": seat.pk},
            "committees:member-role": here | {"committee": "joint", "pk": seat.pk},
            **{
                f"committees:{name}": coming
                for name in (
                    "room",
                    "room-attendance",
                    "room-officer",
                    "room-remove",
                    "room-chair",
                    "room-interest",
                    "room-close",
                    "room-link",
                )
            },
            "committees:room-interest-time": coming | {"pk": interest.pk},
            "committees:room-interest-withdraw": coming | {"pk": interest.pk},
            **{
                f"committees:minutes-{name}": drafted
                for name in ("begin", "edit", "save", "private", "check", "send-back", "publish", "approve")
            },
            "committees:minutes-vote": drafted | {"pk": resolution.pk},
            "committees:minutes-action": drafted | {"number": 1},
            "committees:meeting": published,
            "committees:meeting/draft": coming,
            "committees:paper": paper(published, 1),
            "committees:paper/part-2": paper(published, 2),
            "committees:paper/draft": paper(coming, 1),
            "committees:paper/draft-part-2": paper(coming, 2),
            "committees:paper-access": paper(published, 2),
            "committees:paper-finding": paper(published, 2),
            "committees:paper-clear": paper(coming, 1),
            "committees:section-edit": paper(coming, 2) | {"position": 1},
            "committees:paper-restriction": paper(coming, 2),
            "committees:item-restriction": coming | {"number": 2},
            **dict.fromkeys(
                [f"committees:{name}" for name in ("notices", "notice-add", "meeting-move", "meeting-cancel")], coming
            ),
            **{f"committees:{name}": here for name in ("feeds", "calendar", "publications", "oparl")},
            **{f"committees:committee-{name}": here | {"committee": "joint"} for name in ("calendar", "publications")},
            "committees:oparl-list": here | {"kind": "meeting"},
            "committees:oparl-object": here | {"kind": "organization", "key": f"committee-{committee.pk}"},
            "committees:late-item": published,
            "committees:compliance": published,
            "committees:compliance-pdf": published,
            "committees:closed-days": here,
            "committees:closed-day-remove": here | {"pk": closed_day.pk},
            "committees:minutes": published,
            "committees:minutes/approved": here | {"committee": "joint", "on": date(2018, 3, 6)},
            "committees:publish": coming,
            "committees:publish-confirm": coming,
            "committees:pack-build": coming,
            "committees:pack": published | {"pk": packs["public"]},
            "committees:pack/members": published | {"pk": packs["members"]},
            "committees:pack/draft": coming | {"pk": draft_packs["public"]},
            "committees:pack/members-draft": coming | {"pk": draft_packs["members"]},
        },
        {
            "portal:action-update": {"status": "closed", "text": "It is mended."},
            "portal:action-update/part-2": {"status": "closed", "text": "Told."},
            "portal:demonstration-day": {"day": "2018-10-06"},
            "kpis:finding-explain": {"reason": "A fault at the supplier."},
            "kpis:indicator-move": {"to": "up"},
            "kpis:indicator-end": {"end-last": "December 2018"},
            "kpis:tickets-take-over": {"take": "incidents", "was.figure.incidents": "7"},
            "kpis:return-save": {"figure.incidents": "8", "was.figure.incidents": "7"},
            "kpis:return-reopen": {"reason": "Counted twice."},
            "kpis:return-withdraw": {"reason": "Counted once."},
            "kpis:return-send-back": {"reason": "The count of incidents is last month's."},
            "kpis:limits-withdraw": {"reason": "It was the holidays."},
            "committees:pack-build": {"edition": "public"},
        },
    )


def outcome(response: Any) -> str:
    """The response in the table's words."""
    if response.status_code in {302, 303}:
        return IN if response["Location"].startswith("/account/sign-in/?next=") else DONE
    return OK if response.status_code == 200 else str(response.status_code)


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_every_address_is_in_the_table() -> None:
    spoken_for = {(address.split("/")[0], method) for address, method, _ in rows()}
    assert {name for name, _ in spoken_for} == names_of_addresses()
    missing = [name for name in names_of_addresses() for method in ("GET", "POST") if (name, method) not in spoken_for]
    assert missing == []


# Whoever is granted the page of a restricted thing may read the marker there; nobody else anywhere.
READS_RESTRICTED = {"member", "manager", "clerk", "auditor"}


@pytest.mark.parametrize("person", PEOPLE)
def test_rights(world: World, person: str) -> None:
    """Each request is undone, so that the next meets the same world."""
    wrong = []
    for address, method, expected in rows():
        client = Client()
        if (account := world.people[person]) is not None:
            client.force_login(account, backend="portal.signin.PortalBackend")
        url = reverse(address.split("/")[0], kwargs=world.addresses[address])
        with transaction.atomic():
            response = client.get(url) if method == "GET" else client.post(url, world.data.get(address, {}))
            got = outcome(response)
            content = body_of(response)
            transaction.set_rollback(True)
        if got != expected[person]:
            wrong.append(f"{method} {address}: {got}, not {expected[person]}")
        if person not in READS_RESTRICTED and MARKER.encode() in content.lower():
            wrong.append(f"{method} {address}: restricted words were sent")
        if response.has_header("Location") and MARKER in response["Location"]:
            wrong.append(f"{method} {address}: restricted words in the address")
    assert wrong == []


def test_the_marker_reaches_those_with_the_right(world: World) -> None:
    """Otherwise the test above would pass on pages that never show it to anybody."""
    client = Client()
    client.force_login(world.people["member"], backend="portal.signin.PortalBackend")
    page = client.get(reverse("committees:paper", kwargs=world.addresses["committees:paper/part-2"]))
    assert f"The price is {MARKER}." in page.content.decode()
    pack = client.get(reverse("committees:pack", kwargs=world.addresses["committees:pack/members"]))
    assert MARKER.encode() in body_of(pack)


def test_a_grant_that_has_ended_gives_nothing(world: World) -> None:
    officer = world.people["officer"]
    assert officer is not None
    officer.grants.update(ends_on=world.partnership.demonstration_today - timedelta(days=1))
    client = Client()
    client.force_login(officer, backend="portal.signin.PortalBackend")
    assert client.get(reverse("kpis:return-edit", kwargs=world.addresses["kpis:return-edit"])).status_code == 403
