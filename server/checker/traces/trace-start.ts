/** The values that are given before the session begins: its constants and the clock. */
import { clockAt, clockText, hasClock } from '../../model/policy/clock.js';
import type { Arguments, Policy } from '../../model/policy/policy.js';
import type { SessionState } from '../../model/session/session.js';
import { sessionValues } from '../../model/values/session-constants.js';
import type { TraceStart, TraceStep } from '../results/result.js';
import { nameText, valueText } from '../../model/text/typed-text.js';

/** @param state the first state of the session */
export function startOf(policy: Policy, state: SessionState): TraceStart | undefined {
    const { constants = {}, epoch } = state;
    const given = constantsText(constants);
    const { clock } = clockOf(policy, { ...state, time: 0 });
    if (given === '' && clock === undefined) {
        return undefined;
    }
    return {
        ...(given !== '' && { constants }),
        ...(clock && { clock, epoch: epoch! }),
        text: [...(given === '' ? [] : [`with ${given}`]), ...(clock ? [`on ${clock.text}`] : [])].join(', ')
    };
}

/** The clock time in the state; empty if conditions do not read it. */
export function clockOf({ timezone = 'UTC' }: Policy, { epoch, time }: SessionState): Pick<TraceStep, 'clock'> {
    // A session may wait beyond the years that a clock can show.
    if (epoch === undefined || !hasClock(epoch + time)) {
        return {};
    }
    const { date, day, second } = clockAt(epoch + time, timezone);
    return { clock: { date, second, text: clockText({ date, day, second }) } };
}

function constantsText(constants: Arguments): string {
    return sessionValues(constants)
        .map(({ name, value, attributes }) => {
            const also = Object.keys(attributes).length > 0 ? ` ${valueText(attributes)}` : '';
            return `${nameText(name)}: ${valueText(value)}${also}`;
        })
        .join(', ');
}
