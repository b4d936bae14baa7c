-- Refunds of the orders from %(first)s to %(last)s, each tenth of them pending with an open case, the others paid or denied.
-- Their factors and words are such as intake keeps.
INSERT INTO refunds_refund (
    id, client_id, origin, reference, requested_at, amount, currency, reason_code, reason_text, channel, default_outcome,
    order_id, account_id, shop_id, destination_id, category, device_id, user_agent, status, status_at, version,
    event_sequence, approved_amount, is_appealed, risk, review, created_at
)
SELECT 'rfd_bench' || lpad(o.id::text, 8, '0'), o.client_id, 'live', 'B-' || o.id, o.placed_at + interval '5 hours',
    64800, 'CNY', 'accidental_purchase', '孩子误操作，请退款 ' || o.id, 'app', '', o.id, o.account_id, o.shop_id,
    o.account_id, 'game_currency', '', '',
    CASE WHEN o.id %% 10 = 0 THEN 'pending_review' WHEN o.id %% 10 < 3 THEN 'denied' ELSE 'paid' END, now(), 1, 1,
    CASE WHEN o.id %% 10 < 3 THEN NULL ELSE 64800 END, false,
    '{"score": 60, "level": "high"}', NULL, now()
FROM marketplace_order o WHERE o.id BETWEEN %(first)s AND %(last)s;

INSERT INTO risk_riskassessment (
    refund_id, policy_version, score, level, outcome, hold_minutes, queue, factors, facts, created_at
)
SELECT r.id, 1, 45 + r.order_id %% 50, 'high', 'review', 1440, '',
    '[{"code": "REFUND_AFTER_CONSUMPTION", "rule": "consumed", "points": 45, "observed": 100, "threshold": 90,
       "unit": "percent", "window_hours": 0, "numbers": {"amount": 64800, "currency": "CNY"}, "records": []},
      {"code": "FAST_REFUND", "rule": "minutes", "points": 15, "observed": 4, "threshold": 10, "unit": "minutes",
       "window_hours": 0, "numbers": {}, "records": []}]', '{}', now()
FROM refunds_refund r WHERE r.order_id BETWEEN %(first)s AND %(last)s AND r.id LIKE 'rfd_bench%%';

INSERT INTO reviews_reviewcase (
    id, refund_id, queue_id, status, opened_because, level, category, opened_at, due_at, closed_at, fence, is_second,
    is_escalated, score, worth, value, pieces, "leading", tags
)
SELECT 'cas_bench' || lpad(r.order_id::text, 8, '0'), r.id,
    (SELECT id FROM reviews_queue ORDER BY position LIMIT 1 OFFSET r.order_id / 10 %% 3),
    CASE WHEN r.order_id %% 10 = 0 THEN 'open' ELSE 'closed' END, 'policy', 'high', 'game_currency', now(),
    now() + r.order_id * interval '1 second', CASE WHEN r.order_id %% 10 = 0 THEN NULL ELSE now() END, 0, false, false,
    45 + r.order_id %% 50, r.amount + r.order_id, r.order_id / 1000.0, ARRAY[r.order_id::integer],
    'REFUND_AFTER_CONSUMPTION', '{}'
FROM refunds_refund r
WHERE r.order_id BETWEEN %(first)s AND %(last)s AND r.id LIKE 'rfd_bench%%' AND r.order_id %% 10 IN (0, 1);

VACUUM ANALYZE refunds_refund, risk_riskassessment, reviews_reviewcase;
