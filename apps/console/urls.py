"""Addresses of the pages, and of what watches the process."""

from django.urls import path
from django.views.generic import RedirectView

from apps.console.views import (
    audit,
    cases,
    claims,
    decisions,
    holds,
    operations,
    preferences,
    queue,
    sessions,
    webhook_actions,
    webhooks,
)

app_name = "console"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="console:queue"), name="home"),
    path("sign-in/", sessions.sign_in, name="sign_in"),
    path("sign-out/", sessions.sign_out, name="sign_out"),
    path("language/", preferences.language, name="language"),
    path("theme/", preferences.theme, name="theme"),
    path("queue/", queue.queue, name="queue"),
    path("queue/arrivals/", queue.arrivals, name="arrivals"),
    path("claims/", claims.claims, name="claims"),
    path("claims/next/", claims.claim_next, name="claim_next"),
    path("cases/<str:case_id>/", cases.case, name="case"),
    path("cases/<str:case_id>/claim/", claims.claim, name="claim"),
    path("cases/<str:case_id>/renew/", claims.renew, name="renew"),
    path("cases/<str:case_id>/give-back/", claims.give_back, name="give_back"),
    path("cases/<str:case_id>/decide/", decisions.decide, name="decide"),
    path("cases/<str:case_id>/notes/", cases.add_note, name="add_note"),
    path("refunds/<str:refund_id>/", cases.refund, name="refund"),
    path("holds/", holds.holds, name="holds"),
    path("holds/<int:hold_id>/release/", holds.release, name="hold_release"),
    path("holds/<int:hold_id>/extend/", holds.extend, name="hold_extend"),
    path("holds/<int:hold_id>/recall/", holds.recall, name="hold_recall"),
    path("refunds/<str:refund_id>/pay-again/", holds.pay_again, name="pay_again"),
    path("webhooks/", webhooks.endpoints, name="webhooks"),
    path("webhooks/deliveries/<str:delivery_id>/", webhooks.delivery, name="webhook_delivery"),
    path("webhooks/deliveries/<str:delivery_id>/again/", webhook_actions.again, name="webhook_again"),
    path("webhooks/<str:endpoint_id>/", webhooks.endpoint, name="webhook"),
    path("webhooks/<str:endpoint_id>/ping/", webhook_actions.ping, name="webhook_ping"),
    path("webhooks/<str:endpoint_id>/switch/", webhook_actions.switch, name="webhook_switch"),
    path("webhooks/<str:endpoint_id>/revive/", webhook_actions.revive, name="webhook_revive"),
    path("webhooks/<str:endpoint_id>/replay/", webhook_actions.replay, name="webhook_replay"),
    path("webhooks/<str:endpoint_id>/rotate/", webhook_actions.rotate, name="webhook_rotate"),
    path("audit/", audit.audit, name="audit"),
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
    path("metrics", operations.metrics, name="metrics"),
]
