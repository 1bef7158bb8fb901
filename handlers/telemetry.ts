/** What a deployed function tells: structured lines and metrics, with Powertools. Handlers know only the two ports. */
import { LogFormatter, LogItem, Logger } from "@aws-lambda-powertools/logger";
import { Metrics as EmbeddedMetrics } from "@aws-lambda-powertools/metrics";
import { METRIC_NAMESPACE, METRICS, PIPELINE_DIMENSION } from "../src/model/metrics";
import { required, type Environment, type Telemetry } from "./environment";

/** Of Lambda's context, what we read. */
export interface RunContext {
  readonly awsRequestId?: string;
  getRemainingTimeInMillis(): number;
}

type Attributes = Parameters<LogFormatter["formatAttributes"]>;

/** One flat object a line: when, how bad, what happened, then its facts. */
class FlatFormatter extends LogFormatter {
  formatAttributes({ timestamp, logLevel, message }: Attributes[0], facts: Attributes[1]): LogItem {
    const attributes = { timestamp: timestamp.toISOString(), level: logLevel, event: message, ...facts };
    return new LogItem({ attributes });
  }
}

const FAILURE = /\.failed$/;
const WARNING = /\.(quarantined|ignored)$/;

/** Makes both from the environment that components/function.ts sets. */
export const openTelemetry = (
  environment: Environment,
): Telemetry & { readonly begin: (context: RunContext) => void } => {
  const pipeline = required(environment, "PIPELINE");
  const logger = new Logger({ serviceName: pipeline, logFormatter: new FlatFormatter() });
  const embedded = new EmbeddedMetrics({ namespace: METRIC_NAMESPACE, serviceName: pipeline });
  const app = environment["APP_NAME"];
  if (app !== undefined) logger.appendPersistentKeys({ app });
  // Powertools' own dimension `service` would make other metrics of them than those that alarms watch.
  embedded.clearDefaultDimensions();
  embedded.setDefaultDimensions({ [PIPELINE_DIMENSION]: pipeline });
  return {
    log: (event, facts) => {
      const level = FAILURE.test(event) ? "error" : WARNING.test(event) ? "warn" : "info";
      logger[level](event, { ...facts });
    },
    metrics: {
      count: (name, value) => void embedded.addMetric(name, METRICS[name].unit, value),
      publish: () => {
        if (embedded.hasStoredMetrics()) embedded.publishStoredMetrics();
      },
    },
    begin: ({ awsRequestId }) => {
      if (awsRequestId !== undefined) logger.appendPersistentKeys({ requestId: awsRequestId });
    },
  };
};

/**
 * A function's entry: the same work, observed. Its failure is logged as `NAME.failed` and thrown on; metrics go out however it
 * ends.
 */
export const observed = <Event, Result>(
  name: string,
  work: (event: Event, telemetry: Telemetry, context: RunContext) => Promise<Result>,
): ((event: Event, context: RunContext) => Promise<Result>) => {
  let telemetry: ReturnType<typeof openTelemetry> | undefined;
  return async (event, context) => {
    telemetry ??= openTelemetry(process.env);
    telemetry.begin(context);
    try {
      return await work(event, telemetry, context);
    } catch (error) {
      telemetry.log(`${name}.failed`, { input: event, error: String(error) });
      throw error;
    } finally {
      telemetry.metrics.publish();
    }
  };
};
