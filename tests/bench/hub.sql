-- A hub: one shop in which 200,000 accounts bought lately, of which 50,000 share a device, all from one address.
INSERT INTO marketplace_shop (client_id, external_id, name, described_at, digest)
SELECT id, 'hub', 'Hub', now(), '' FROM clients_apiclient WHERE name = 'bench';

INSERT INTO marketplace_account (client_id, external_id, status, is_minor, described_at, digest)
SELECT client.id, 'hub-A-' || n, '', false, now(), ''
FROM generate_series(1, 200000) n, clients_apiclient client WHERE client.name = 'bench';

INSERT INTO marketplace_order
    (client_id, external_id, account_id, shop_id, placed_at, currency, paid_amount, ip, device_id, user_agent, digest)
SELECT account.client_id, 'hub-O-' || account.id, account.id, shop.id, now() - account.id % 40000 * interval '1 minute',
    'CNY', 64800, '203.0.113.9', CASE WHEN account.id % 4 = 0 THEN 'd-hub' ELSE 'd-' || account.id END, '', ''
FROM marketplace_account account JOIN marketplace_shop shop ON shop.client_id = account.client_id
WHERE account.external_id LIKE 'hub-A-%' AND shop.external_id = 'hub';

INSERT INTO marketplace_line (order_id, external_id, position, sku, title, category, quantity, unit_amount, amount,
    delivery_status, consumption_evidence)
SELECT id, '1', 1, 'SKU-1', '648 diamonds', 'game_currency', 1, 64800, 64800, 'delivered', ''
FROM marketplace_order WHERE external_id LIKE 'hub-O-%';

ANALYZE;
