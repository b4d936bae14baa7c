-- What is there before history is measured, one view per table: a million orders of two lines and a payment.
CREATE TEMPORARY VIEW before_identity_subject AS
SELECT n AS id, '' AS display_name, '' AS phone_encrypted, sha256(n::text::bytea) AS phone_hash,
    '0000' AS phone_last4, '' AS email_encrypted, '' AS email_hash
FROM generate_series(1, 100000) n;

CREATE TEMPORARY VIEW before_identity_verificationfactor AS
SELECT n AS id, n AS subject_id, 'phone' AS kind, 'verified' AS status, '' AS provider, '' AS document_type,
    '' AS number_encrypted, sha256(n::text::bytea) AS match_hash, '0000' AS last4, now() AS updated_at
FROM generate_series(1, 100000) n;

CREATE TEMPORARY VIEW before_marketplace_account AS
SELECT n AS id, client.id AS client_id, 'old-A-' || n AS external_id, n AS subject_id, '' AS status, false AS is_minor,
    now() AS described_at, sha256(n::text::bytea) AS digest
FROM generate_series(1, 100000) n, clients_apiclient client WHERE client.name = 'bench';

CREATE TEMPORARY VIEW before_marketplace_shop AS
SELECT n AS id, client.id AS client_id, 'old-S-' || n AS external_id, 'Shop ' || n AS name, now() AS described_at,
    sha256(n::text::bytea) AS digest
FROM generate_series(1, 1000) n, clients_apiclient client WHERE client.name = 'bench';

CREATE TEMPORARY VIEW before_marketplace_instrument AS
SELECT n AS id, client.id AS client_id, 'bank_card' AS type, 'old-card-' || n AS fingerprint, '4242' AS last4, '' AS brand,
    n AS holder_account_id
FROM generate_series(1, 100000) n, clients_apiclient client WHERE client.name = 'bench';

CREATE TEMPORARY VIEW before_marketplace_order AS
SELECT n AS id, client.id AS client_id, 'old-O-' || n AS external_id, 1 + n * 7919 % 100000 AS account_id,
    1 + n * 31 % 1000 AS shop_id, timestamptz '2024-01-01' + n * interval '1 minute' AS placed_at, 'CNY' AS currency,
    129600 AS paid_amount, '203.0.113.7' AS ip, 'd-' || n * 7919 % 100000 AS device_id, '' AS user_agent,
    sha256(n::text::bytea) AS digest
FROM generate_series(1, 1000000::bigint) n, clients_apiclient client WHERE client.name = 'bench';

CREATE TEMPORARY VIEW before_marketplace_line AS
SELECT 2 * n + i AS id, n AS order_id, i AS external_id, i AS position, 'SKU-' || n % 200 AS sku,
    '648 diamonds' AS title, 'game_currency' AS category, 1 AS quantity, 64800 AS unit_amount, 64800 AS amount,
    'delivered' AS delivery_status, timestamptz '2024-01-01' + n * interval '1 minute' AS delivered_at,
    0 AS consumed_percent, '' AS consumption_evidence
FROM generate_series(1, 1000000::bigint) n, generate_series(1, 2) i;

CREATE TEMPORARY VIEW before_marketplace_payment AS
SELECT n AS id, n AS order_id, 'P-' || n AS external_id,
    timestamptz '2024-01-01' + n * interval '1 minute' AS paid_at, 129600 AS amount,
    1 + n * 7919 % 100000 AS instrument_id, 1 + n * 7919 % 100000 AS payer_account_id
FROM generate_series(1, 1000000::bigint) n;
