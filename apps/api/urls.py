"""Addresses below /api/v1/."""

from django.urls import URLPattern, path, register_converter

from apps.api.converters import ClientsOwnId, OurId
from apps.api.views import batch, description, events, history, marketplace, refunds, webhooks

register_converter(OurId, "our")
register_converter(ClientsOwnId, "own")

app_name = "api"
urlpatterns: list[URLPattern] = [
    path("openapi.json", description.Description.as_view(), name="description"),
    path("refunds", refunds.RefundCollection.as_view(), name="refunds"),
    path("refunds/batch", batch.RefundBatch.as_view()),
    path("refunds/<our:refund_id>", refunds.RefundDetail.as_view(), name="refund"),
    path("refunds/<our:refund_id>/withdraw", refunds.RefundWithdrawal.as_view()),
    path("refunds/<our:refund_id>/information", refunds.RefundInformation.as_view()),
    path("refunds/<our:refund_id>/appeal", refunds.RefundAppeal.as_view()),
    path("refunds/<our:refund_id>/payout", refunds.RefundPayout.as_view()),
    # Before the account itself, whose identifier may hold a slash.
    path("accounts/<own:account_id>/verification", marketplace.AccountVerification.as_view()),
    path("accounts/<own:account_id>", marketplace.AccountDetail.as_view()),
    path("shops/<own:shop_id>", marketplace.ShopDetail.as_view()),
    path("orders/<own:order_id>", marketplace.OrderDetail.as_view()),
    path("transfers/<own:transfer_id>", marketplace.TransferDetail.as_view()),
    path("history", history.History.as_view()),
    path("events", events.EventCollection.as_view()),
    path("webhook-endpoints", webhooks.EndpointCollection.as_view()),
    path("webhook-endpoints/<our:endpoint_id>", webhooks.EndpointDetail.as_view(), name="webhook-endpoint"),
    path("webhook-endpoints/<our:endpoint_id>/rotate-secret", webhooks.EndpointSecret.as_view()),
    path("webhook-endpoints/<our:endpoint_id>/test", webhooks.EndpointPing.as_view()),
    path("webhook-endpoints/<our:endpoint_id>/replay", webhooks.EndpointReplay.as_view()),
    path("webhook-endpoints/<our:endpoint_id>/deliveries", webhooks.EndpointDeliveries.as_view()),
    path("deliveries/<our:delivery_id>", webhooks.DeliveryDetail.as_view(), name="delivery"),
    path("deliveries/<our:delivery_id>/redeliver", webhooks.DeliveryAgain.as_view()),
]
