/** Writes a step of a session in the syntax of a scenario, so that printed text can be typed. */
import { argumentsText, nameText, toolText, valueText } from '../../model/text/typed-text.js';
import type { StepInput, TraceStep } from '../results/result.js';

/** The name of the actor; empty if there is none. */
export function actorText({ actor }: Pick<TraceStep, 'actor'>): string {
    return nameText(actor, 'StrictName');
}

/** The called tool as `mail.read`, or the name of an event. */
export function calledText({ kind, tool }: Pick<TraceStep, 'kind' | 'tool'>): string {
    return kind === 'event' ? nameText(tool, 'EventName') : toolText(tool);
}

/** The choice of a human who approves, as ` valid 8h`; empty without a choice. */
export function chosenText({ valid }: Pick<TraceStep, 'valid'>): string {
    return valid === undefined ? '' : ` valid ${valid}`;
}

/** True if the step is a human's answer, which names the tool without arguments. */
export function isAnswer({ kind }: Pick<TraceStep, 'kind'>): boolean {
    return kind === 'approve' || kind === 'refuse';
}

/** The text after a call or an event, such as ` with injection: 80 returns (text: "hello")` or ` fails`. */
export function behindText(step: TraceStep): string {
    const { readings = [], outcome } = step;
    const said = readings.filter((reading) => !isNothing(reading)).join(', ');
    const ended =
        outcome === 'error'
            ? ' fails'
            : outcome === 'lost'
              ? ' lost'
              : goesOnRunning(step)
                ? ' runs'
                : returnsText(step);
    return `${chosenText(step)}${said === '' ? '' : ` with ${said}`}${ended}`;
}

/** The end of a running call, as `mail.read returns (text: "hello")` or `mail.read fails`. */
export function endedText({ tool, outcome, result, signals = [] }: StepInput & { readonly kind: 'end' }): string {
    const readings = signals.flatMap(({ signal, args: of, value }) =>
        value === undefined
            ? []
            : [`${nameText(signal)}${of ? `(${of.map(valueText).join(', ')})` : ''}: ${valueText(value)}`]
    );
    const said = readings.length > 0 ? ` with ${readings.join(', ')}` : '';
    const ended = result ? returnsText({ result }) : { success: ' ends', error: ' fails', lost: ' lost' }[outcome];
    return `${nameText(tool, 'EventName')}${said}${ended}`;
}

/**
 * An action that is not a call, with the readings of its signals, such as `says "hello" with team: "x", urgency: 2`.
 */
export function actText(step: Pick<TraceStep, 'act' | 'args' | 'readings'>): string {
    const { act = '', args, readings = [] } = step;
    const said = readings.filter((reading) => !isNothing(reading)).join(', ');
    const hasFields = Object.keys(args).some((name) => name !== 'text');
    return said === '' ? act : `${act}${hasFields ? ', ' : ' with '}${said}`;
}

/** Writes ` returns (text: "hello")`; empty if no result is shown. */
export function returnsText({ result }: Pick<TraceStep, 'result'>): string {
    return result ? ` returns (${argumentsText(result)})` : '';
}

/**
 * True if the call of the step was released and has not ended when the next event happens. A delegation ends at once.
 */
export function goesOnRunning({ kind, decision, outcome, act }: TraceStep): boolean {
    return (
        (kind === 'call' || kind === 'release') && decision === 'allowed' && outcome === undefined && act === undefined
    );
}

/** The signals that were read without a value, which a scenario cannot express. */
export function silentReadings({ readings = [] }: TraceStep): readonly string[] {
    return readings.filter(isNothing);
}

function isNothing(reading: string): boolean {
    return reading.endsWith(': nothing');
}
