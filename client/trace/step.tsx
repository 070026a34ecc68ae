/** One step of the session. */
import type { ComponentChildren } from 'preact';
import type { TraceStep } from '../../server/lsp/protocol.js';
import type { Tone } from '../verdicts.js';
import {
    actorText,
    argumentTokens,
    decidedText,
    decisionWord,
    durationText,
    placeText,
    ruleText,
    verb
} from './format.js';
import { AgentIcon, BreaksIcon, GateIcon, HumanIcon, OutsideIcon } from './icons.js';
import { markTexts } from './markdown.js';
import type { SessionContent } from './messages.js';

export interface StepProps {
    readonly step: TraceStep;
    readonly number: number;
    readonly of: number;
    readonly tone: Tone;
    /** The line from this step on leads to the judged one. */
    readonly onCausePath: boolean;
    readonly showTime: boolean;
    readonly selected: boolean;
    readonly select: () => void;
    readonly reveal: (source: SessionContent['source']) => void;
}

export function Step({ step, number, of, tone, onCausePath, showTime, selected, select, reveal }: StepProps) {
    const decision = decisionWord(step);
    const spoken = [`Step ${number} of ${of}: ${step.text}`, ...markTexts(step)].join('. ');
    return (
        <li
            class={classes(
                'step',
                selected && 'selected',
                step.judged && `judged tone-${tone}`,
                onCausePath && 'cause'
            )}
            onClick={(event) => {
                if (!(event.target as Element).closest('a, .rule-link')) {
                    select();
                }
            }}
        >
            <span class={`node ${decision ?? ''}`} aria-hidden="true">
                {number}
            </span>
            <div class="card">
                <button
                    class="step-button"
                    type="button"
                    tabIndex={selected ? 0 : -1}
                    aria-current={selected ? 'step' : undefined}
                    aria-label={spoken}
                >
                    <span class="actor">
                        <ActorIcon kind={step.kind} />
                        {actorText(step)}
                    </span>
                    <span class="verb">{verb(step)}</span>
                    {showTime && <span class="time">{durationText(step.time)}</span>}
                    {decision && <span class={`decision ${decision}`}>{decision}</span>}
                    {step.act === undefined && (
                        <code class="call">
                            <b>{step.tool}</b>
                            {(step.kind !== 'event' || Object.keys(step.args).length > 0) && (
                                <>
                                    (<Tokens args={step.args} />)
                                </>
                            )}
                        </code>
                    )}
                </button>
                <Rules step={step} reveal={reveal} tabbable={selected} />
                <Changes step={step} />
                <Marks step={step} tone={tone} />
            </div>
        </li>
    );
}

/** With `judged` what is claimed is not even so here, before anything happens. */
export function StartStep({
    selected,
    select,
    tone,
    judged
}: Pick<StepProps, 'selected' | 'select' | 'tone'> & { readonly judged: boolean }) {
    return (
        <li class={classes('step start', selected && 'selected', judged && `judged tone-${tone}`)} onClick={select}>
            <span class="node" aria-hidden="true" />
            <div class="card">
                <button
                    class="step-button"
                    type="button"
                    tabIndex={selected ? 0 : -1}
                    aria-current={selected ? 'step' : undefined}
                >
                    Session starts
                </button>
                {judged && <JudgedMark tone={tone} />}
            </div>
        </li>
    );
}

function ActorIcon({ kind }: Pick<TraceStep, 'kind'>) {
    switch (kind) {
        case 'approve':
        case 'refuse':
            return <HumanIcon />;
        case 'event':
            return <OutsideIcon />;
        default:
            return <AgentIcon />;
    }
}

function Tokens({ args }: Pick<TraceStep, 'args'>) {
    return (
        <>
            {argumentTokens(args).map(({ kind, text }, index) => (
                <span key={index} class={`token-${kind}`}>
                    {text}
                </span>
            ))}
        </>
    );
}

function Rules({ step, reveal, tabbable }: Pick<StepProps, 'step' | 'reveal'> & { readonly tabbable: boolean }) {
    const decided = decidedText(step);
    if (!decided) {
        return null;
    }
    if (step.rules.length === 0) {
        return (
            <p class="decided">{decided.endsWith('.') ? decided : `${step.decision ?? 'decided'} without a rule`}</p>
        );
    }
    return (
        <ul class="rules">
            {step.rules.map((rule, index) => (
                <li key={index} class="decided">
                    <span>{decided}</span>{' '}
                    <button
                        class="rule-link"
                        type="button"
                        tabIndex={tabbable ? 0 : -1}
                        onClick={() => reveal(rule.source)}
                        title={`Go to ${placeText(rule.source)}`}
                    >
                        <code>{ruleText(rule)}</code>
                        <span class="place">{placeText(rule.source)}</span>
                    </button>
                    {rule.because && <span class="because">“{rule.because}”</span>}
                </li>
            ))}
        </ul>
    );
}

function Changes({ step }: Pick<StepProps, 'step'>) {
    const lost = step.outcome === 'lost';
    const { readings = [], withheld } = step;
    if (step.changes.length === 0 && step.outcome !== 'error' && !lost && readings.length === 0 && !withheld) {
        return null;
    }
    return (
        <ul class="changes" aria-label="Changes">
            {(step.outcome === 'error' || lost) && (
                <Chip kind="changed" sign="!" word="ended">
                    {lost ? 'the answer is lost' : 'it ends in an error'}
                </Chip>
            )}
            {readings.map((reading) => (
                <Chip key={reading} kind="changed" sign="?" word="a signal says">
                    {reading}
                </Chip>
            ))}
            {withheld && (
                <Chip kind="changed" sign="!" word="ended">
                    its result is withheld
                </Chip>
            )}
            {step.changes.map(({ kind, what, before, after }, index) => (
                <Chip
                    key={index}
                    kind={kind}
                    sign={kind === 'added' ? '+' : kind === 'removed' ? '−' : '±'}
                    word={kind}
                >
                    {kind === 'changed' ? `${what}: ${before ?? ''} → ${after ?? ''}` : what}
                </Chip>
            ))}
        </ul>
    );
}

interface ChipProps {
    readonly kind: string;
    readonly sign: string;
    readonly word: string;
    readonly children: ComponentChildren;
}

function Chip({ kind, sign, word, children }: ChipProps) {
    return (
        <li class={`chip ${kind}`}>
            <span class="sign" aria-hidden="true">
                {sign}
            </span>
            <span class="sr-only">{word}: </span>
            {children}
        </li>
    );
}

function Marks({ step, tone }: Pick<StepProps, 'step' | 'tone'>) {
    if (step.judged) {
        return <JudgedMark tone={tone} />;
    }
    if (!step.breaks && !step.letsThrough) {
        return null;
    }
    return (
        <ul class="marks" aria-hidden="true">
            {step.breaks && (
                <li class="mark breaks" title="Without this step the claim would not be broken.">
                    <BreaksIcon />
                    needed to break the claim
                </li>
            )}
            {step.letsThrough && (
                <li class="mark lets" title="Without this step the rules would have decided the last one otherwise.">
                    <GateIcon />
                    needed to be let through
                </li>
            )}
        </ul>
    );
}

function JudgedMark({ tone }: Pick<StepProps, 'tone'>) {
    return (
        <p class={`judged-mark tone-${tone}`}>
            {tone === 'bad' ? 'It breaks here' : tone === 'good' ? 'Done here' : 'Judged here'}
        </p>
    );
}

function classes(...names: (string | false | undefined)[]): string {
    return names.filter(Boolean).join(' ');
}
