/** What the documents of the systems that this one replaces say to ask Athena, word for word. */
import type { Period } from "../../src/model/catalog";
import { RAW } from "../model/sourceColumns";

/** Columns of the table of "Analyzing AWS Amplify Access logs, part 2", as its CREATE EXTERNAL TABLE declares them. */
export const SOURCE_COLUMNS = RAW.map((column) => column.split(" ") as [name: string, type: string]);

export const SOURCE_PARTITIONS = ["year", "month", "day"] as const;

export const SOURCE_VIEWS: Record<Period, string> = {
  today: `CREATE OR REPLACE VIEW loshadki_access_logs_today AS 
SELECT *
FROM
  default.loshadki_access_logs
WHERE ((("year" = "year"(current_date)) 
            AND ("month" = "month"(current_date))) 
            AND ("day" = "day"(current_date)))`,
  yesterday: `CREATE OR REPLACE VIEW loshadki_access_logs_yesterday AS 
SELECT *
FROM
  default.loshadki_access_logs
WHERE ((("year" = "year"("date_add"('day', -1, current_date))) 
        AND ("month" = "month"("date_add"('day', -1, current_date)))) 
        AND ("day" = "day"("date_add"('day', -1, current_date))))`,
  week: `CREATE OR REPLACE VIEW loshadki_access_logs_week AS 
SELECT *
FROM
  default.loshadki_access_logs
WHERE ("from_iso8601_date"(
    "concat"(
        CAST("year" AS varchar), '-', 
        "lpad"(CAST("month" AS varchar), 2, '0'), '-', 
        "lpad"(CAST("day" AS varchar), 2, '0'))
    ) >= "date_add"('week', -1, current_date))`,
  month: `CREATE OR REPLACE VIEW loshadki_access_logs_month AS 
SELECT *
FROM
  default.loshadki_access_logs
WHERE ("from_iso8601_date"(
    "concat"(
        CAST("year" AS varchar), '-', 
        "lpad"(CAST("month" AS varchar), 2, '0'), '-', 
        "lpad"(CAST("day" AS varchar), 2, '0'))
    ) >= "date_add"('month', -1, current_date))`,
};

export const SOURCE_TOP_REFERRERS = `select "referrer", "uri", count(*)
from default.loshadki_access_logs_yesterday
where "sc_content_type" = 'text/html'
    and "user_agent" not like '%bot%'
    and "user_agent" not like '%spider%'
    and "status" = 200
    and "method" = 'GET'
    and "referrer" != '-'
    and "referrer" not like ('%' || "host_header" || '%')
group by 1, 2
order by 3 desc`;

/** The first system's, over its table `logs`. */
export const SOURCE_DATE_RANGE = `SELECT *
FROM "amplify_logs"."logs"
WHERE date_export >= '2024-01-01'
  AND date_export <= '2024-01-31'`;

/** The three of "AWS Glue - Log Analysis Pipelines", with their comments. */
export const SOURCE_SERVICE_QUERIES = {
  levels: `-- Count logs by service and level
SELECT service, level, COUNT(*) as count
FROM "app_logs_db"."api_gateway"
GROUP BY service, level
ORDER BY count DESC;`,
  slow: `-- Find slow API responses
SELECT timestamp, endpoint, response_time_ms, status_code
FROM "app_logs_db"."api_gateway"
WHERE response_time_ms > 1000
ORDER BY response_time_ms DESC
LIMIT 100;`,
  errors: `-- Error analysis
SELECT date_trunc('hour', from_iso8601_timestamp(timestamp)) as hour,
       service, status_code, COUNT(*) as error_count
FROM "app_logs_db"."api_gateway"
WHERE level = 'ERROR'
GROUP BY 1, 2, 3
ORDER BY hour DESC, error_count DESC;`,
} as const;

/** The three of "AWS S3 & Lambda Event-Driven Log Processor". */
export const SOURCE_VALIDATOR_QUERIES = {
  first: `SELECT * FROM "log_analytics_db"."processed_logs" LIMIT 10;`,
  levels: `SELECT level, COUNT(*) AS log_count FROM "log_analytics_db"."processed_logs" GROUP BY level;`,
  errors: `SELECT * FROM "log_analytics_db"."errors_logs" LIMIT 10;`,
} as const;
