"""The queues every installation starts with."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

QUEUES = [
    ("game-goods", "Game currency and items", "游戏币与道具", ["game_currency", "in_game_item", "top_up"], 240),
    ("gift-cards", "Gift cards and vouchers", "礼品卡与卡券", ["gift_card", "voucher"], 240),
    ("general", "All other goods", "其他商品", [], 480),
]


def add_queues(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the queues that are not there yet."""
    queue_model = apps.get_model("reviews", "Queue")
    for position, (slug, name_en, name_zh, categories, review_minutes) in enumerate(QUEUES):
        queue_model.objects.get_or_create(
            slug=slug,
            defaults={
                "name_en": name_en,
                "name_zh": name_zh,
                "categories": categories,
                "review_minutes": review_minutes,
                "position": position,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]

    operations = [migrations.RunPython(add_queues, migrations.RunPython.noop)]
