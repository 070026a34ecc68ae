/** Loads the libraries of OpenTelemetry only if the environment asks for telemetry. */
import type { Telemetry } from './telemetry.js';

/** The environment variables that request telemetry: without one of them, nothing is loaded and nothing is sent. */
const ASKING = [
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
    'OTEL_TRACES_EXPORTER',
    'OTEL_METRICS_EXPORTER'
];

/**
 * Telemetry as the standard OpenTelemetry variables of the environment request it; undefined if they do not.
 *
 * @param warn receives each reason why something is not sent, once
 */
export async function telemetryOf(
    environment: Readonly<Record<string, string | undefined>>,
    warn: (text: string) => void
): Promise<Telemetry | undefined> {
    const isOff = environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true';
    if (isOff || !ASKING.some((name) => environment[name])) {
        return undefined;
    }
    try {
        // The libraries would slow down the start of every other gateway.
        const { openTelemetry } = await import('./open-telemetry.js');
        return openTelemetry(environment, warn);
    } catch (error) {
        warn(`no telemetry is sent: ${error instanceof Error ? error.message : String(error)}`);
        return undefined;
    }
}
