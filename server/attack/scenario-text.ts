/** A played session as the text of a scenario that passes. */
import type { Arguments, Policy, Reading, ScenarioStep } from '../model/policy/policy.js';
import { lastingText } from '../model/policy/lasting.js';
import { durationText, scenarioText, sessionText } from '../simulator/session-scenario.js';
import { argumentsText, nameText, toolText, valueText } from '../model/text/typed-text.js';
export function textOf(policy: Policy, name: string, steps: readonly ScenarioStep[]): string {
    return scenarioText(
        name,
        steps.map((step) => new StepWriter(policy).line(step))
    );
}

class StepWriter {
    constructor(private readonly policy: Policy) {}

    line(step: ScenarioStep): string {
        const { policy } = this;
        switch (step.kind) {
            case 'call': {
                const call = `${toolText(step.tool)}(${argumentsText(step.args)})`;
                return `${this.agent(step.agent)} calls ${call}${this.with(step)}${this.ending(step)} -> ${step.expected}`;
            }
            case 'delegate':
                return `${this.agent(step.agent)} delegates to ${this.agent(step.to)} -> ${step.expected}`;
            case 'return':
                return `${this.agent(step.agent)} returns to ${this.agent(step.to)}`;
            case 'approve':
            case 'refuse': {
                const human = nameText(policy.humans[step.human]!.name, 'StrictName');
                const tool = toolText(step.subject.text);
                const lasts = step.kind === 'approve' ? step.lasts : undefined;
                return `${human} ${step.kind === 'approve' ? 'approves' : 'refuses'} ${tool}${lasts === undefined ? '' : ` valid ${lastingText(lasts)}`}`;
            }
            case 'event': {
                const args = step.args ? `(${argumentsText(step.args)})` : '';
                return `${nameText(policy.outsideEvents[step.event]!.name, 'EventName')}${args} happens${this.with(step)}`;
            }
            case 'wait':
                return `wait ${durationText(step.seconds)}`;
            case 'at':
                return ['at', step.day, step.date, step.time].filter((part) => part !== undefined).join(' ');
            case 'says': {
                const { text, ...fields } = step.request;
                const given = Object.keys(fields).length > 0 ? [argumentsText(fields)] : [];
                return `user says ${valueText(text ?? '')}${this.with(step, given)}`;
            }
            case 'session':
                return sessionText(step.constants);
            case 'end': {
                const ends = this.ending(step);
                return `${nameText(step.tool, 'EventName')}${this.with(step)}${ends === '' ? ' ends' : ends}`;
            }
        }
    }

    private agent(index: number): string {
        return nameText(this.policy.agents[index]!.name, 'StrictName');
    }

    /** Writes the readings of the signals, after the other arguments. */
    private with({ readings = [] }: { readonly readings?: readonly Reading[] }, given: readonly string[] = []): string {
        const all = [...given, ...readings.map((reading) => this.reading(reading))];
        return all.length > 0 ? ` with ${all.join(', ')}` : '';
    }

    private reading({ signal, args, value }: Reading): string {
        const of = args ? `(${args.map((arg) => valueText(arg)).join(', ')})` : '';
        return `${nameText(this.policy.signals![signal]!.name, 'Name')}${of}: ${valueText(value!)}`;
    }

    /** Writes the end of a call; empty if the call succeeds and nothing else is known. */
    private ending({ kind, outcome, result }: { kind: string; outcome?: string; result?: Arguments }): string {
        switch (outcome) {
            case 'error':
                return ' fails';
            case 'lost':
                return ' lost';
            case 'success':
                return result ? ` returns (${argumentsText(result)})` : '';
            default:
                return kind === 'call' ? ' runs' : '';
        }
    }
}
