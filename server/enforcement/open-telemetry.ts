/**
 * Telemetry over OTLP (opentelemetry.io): a span for each call, with the attributes that OpenTelemetry's conventions for
 * generative AI give to `execute_tool`, and metrics. The libraries read most of the standard variables themselves.
 */
import {
    type Attributes,
    diag,
    DiagLogLevel,
    isSpanContextValid,
    ROOT_CONTEXT,
    type Span,
    SpanStatusCode,
    trace,
    type Tracer
} from '@opentelemetry/api';
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetrics } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { version } from '../../package.json';
import type { ReportedCall, Telemetry } from './telemetry.js';

type Environment = Readonly<Record<string, string | undefined>>;
type Signal = 'traces' | 'metrics';

const NAME = 'guardrail';
/** Milliseconds to send what is left at the end; a collector that does not answer must not hold up the end. */
const CLOSE_TIME = 3_000;
/** Milliseconds between two reports of the metrics, as OpenTelemetry specifies them. */
const METRIC_INTERVAL = 60_000;
/** Running calls whose spans are kept; the spans of older ones end without an outcome. */
const MOST_OPEN = 10_000;
/** The name of a tool that the inventory does not have: an agent must not be able to make up names of spans and series. */
const OTHER = '_OTHER';
const TRACE_PARENT = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})/;

/** Throws for variables that cannot be used. */
export function openTelemetry(environment: Environment, warn: (text: string) => void): Telemetry {
    warnOnce(warn);
    const resource = defaultResource()
        .merge(resourceFromAttributes({ 'service.name': NAME, 'service.version': version }))
        .merge(detectResources({ detectors: [envDetector] }));
    const spans = exporterOf(environment, 'traces', warn, {
        json: () => new JsonTraces(),
        protobuf: () => new ProtobufTraces()
    });
    const series = exporterOf<PushMetricExporter>(environment, 'metrics', warn, {
        json: () => new JsonMetrics(),
        protobuf: () => new ProtobufMetrics()
    });
    const tracers = new BasicTracerProvider({
        resource,
        spanProcessors: spans ? [new BatchSpanProcessor(spans satisfies SpanExporter)] : []
    });
    const interval = Number(environment['OTEL_METRIC_EXPORT_INTERVAL'] ?? METRIC_INTERVAL);
    const meters = new MeterProvider({
        resource,
        readers: series
            ? [
                  new PeriodicExportingMetricReader({
                      exporter: series,
                      exportIntervalMillis: interval,
                      exportTimeoutMillis: interval
                  })
              ]
            : []
    });
    return new OpenTelemetry(tracers, meters);
}

class OpenTelemetry implements Telemetry {
    private readonly tracer: Tracer;
    /** The spans of running calls, by the ids of the calls in the log. */
    private readonly open = new Map<string, Span>();
    private readonly decisions;
    private readonly durations;
    private readonly answers;

    constructor(
        private readonly tracers: BasicTracerProvider,
        private readonly meters: MeterProvider
    ) {
        this.tracer = tracers.getTracer(NAME, version);
        const meter = meters.getMeter(NAME, version);
        this.decisions = meter.createCounter('guardrail.decisions', { description: 'Decisions about calls of tools' });
        this.durations = meter.createHistogram('guardrail.decision.duration', {
            description: 'The time until a decision was stored, without waiting for running calls and people',
            unit: 's',
            advice: { explicitBucketBoundaries: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1] }
        });
        this.answers = meter.createCounter('guardrail.answers', { description: 'Answers of people to held calls' });
    }

    decided(call: ReportedCall): void {
        const { id, tool = OTHER, decision, isObserved, duration } = call;
        const labels = {
            'gen_ai.tool.name': tool,
            'guardrail.decision': decision,
            'guardrail.policy.name': call.policy.name
        };
        this.decisions.add(1, labels);
        this.durations.record(duration / 1000, labels);
        const startTime = Date.now() - duration;
        const span = this.tracer.startSpan(
            `execute_tool ${tool}`,
            { startTime, attributes: attributesOf(call, tool) },
            parentOf(call.traceparent)
        );
        if (id === undefined || (decision !== 'allowed' && !isObserved)) {
            span.end();
            return;
        }
        this.open.set(id, span);
        if (this.open.size > MOST_OPEN) {
            const [oldest] = this.open.keys();
            this.open.get(oldest!)!.end();
            this.open.delete(oldest!);
        }
    }

    ended(id: string, outcome: 'success' | 'error' | 'lost', isWithheld: boolean): void {
        const span = this.open.get(id);
        this.open.delete(id);
        if (outcome !== 'success') {
            span?.setAttribute('error.type', outcome === 'lost' ? 'lost' : 'tool_error');
            span?.setStatus({ code: SpanStatusCode.ERROR });
        }
        if (isWithheld) {
            span?.setAttribute('guardrail.result.withheld', true);
        }
        span?.end();
    }

    answered(answer: 'approve' | 'refuse'): void {
        this.answers.add(1, { 'guardrail.answer': answer });
    }

    async close(): Promise<void> {
        this.open.forEach((span) => span.end());
        this.open.clear();
        const sent = Promise.allSettled([this.tracers.shutdown(), this.meters.shutdown()]);
        let timer: NodeJS.Timeout | undefined;
        const late = new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_TIME)));
        await Promise.race([sent, late]);
        clearTimeout(timer);
    }
}

function attributesOf(
    { id, session, agent, decision, by, rules, isObserved, policy }: ReportedCall,
    tool: string
): Attributes {
    return {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': tool,
        ...(session !== undefined && { 'gen_ai.conversation.id': session }),
        ...(agent !== undefined && { 'gen_ai.agent.name': agent }),
        ...(id !== undefined && { 'guardrail.call.id': id }),
        'guardrail.decision': decision,
        'guardrail.decision.by': by,
        'guardrail.rules': rules.map(({ text }) => text),
        'guardrail.observed': isObserved,
        'guardrail.policy.name': policy.name,
        'guardrail.policy.digest': policy.digest
    };
}

/** A trace context that is not valid is ignored. */
function parentOf(traceparent: string | undefined) {
    const [, traceId, spanId, flags] = TRACE_PARENT.exec(traceparent ?? '') ?? [];
    if (traceId === undefined || spanId === undefined) {
        return ROOT_CONTEXT;
    }
    const parent = { traceId, spanId, traceFlags: Number.parseInt(flags!, 16), isRemote: true };
    return isSpanContextValid(parent) ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}

/** Undefined if the signal is not requested, or cannot be sent in the requested way. */
function exporterOf<T>(
    environment: Environment,
    signal: Signal,
    warn: (text: string) => void,
    make: { readonly json: () => T; readonly protobuf: () => T }
): T | undefined {
    const upper = signal.toUpperCase();
    const exporters = environment[`OTEL_${upper}_EXPORTER`];
    const hasEndpoint =
        Boolean(environment['OTEL_EXPORTER_OTLP_ENDPOINT']) ||
        Boolean(environment[`OTEL_EXPORTER_OTLP_${upper}_ENDPOINT`]);
    if (exporters ? exporters === 'none' : !hasEndpoint) {
        return undefined;
    }
    if (exporters && exporters !== 'otlp') {
        warn(`no ${signal} are sent: OTEL_${upper}_EXPORTER is ${exporters}, and only otlp and none are supported`);
        return undefined;
    }
    const protocol =
        environment[`OTEL_EXPORTER_OTLP_${upper}_PROTOCOL`] ||
        environment['OTEL_EXPORTER_OTLP_PROTOCOL'] ||
        'http/protobuf';
    switch (protocol) {
        case 'http/json':
            return make.json();
        case 'http/protobuf':
            return make.protobuf();
        default:
            warn(`no ${signal} are sent: the protocol ${protocol} is not supported; use http/protobuf or http/json`);
            return undefined;
    }
}

/** The libraries report each export that fails; a user needs to know that it fails, and why, but not how often. */
function warnOnce(warn: (text: string) => void): void {
    let isWarned = false;
    const ignore = (): void => undefined;
    const report = (message: string): void => {
        if (!isWarned) {
            isWarned = true;
            warn(`telemetry cannot be sent: ${message}`);
        }
    };
    diag.setLogger({ error: report, warn: report, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
}
