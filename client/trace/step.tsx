/** One step of the session. */
import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import { Component } from 'preact';
import type { ConditionPart, StepAgain, StepReasons, Trace, TraceStep } from '../../server/lsp/protocol.js';
import type { Tone } from '../../server/wording/verdicts.js';
import {
    actorText,
    argumentTokens,
    calledText,
    chosenText,
    decidedText,
    decisionWord,
    durationText,
    goesOnRunning,
    placeText,
    returnsText,
    ruleText,
    verb
} from '../../server/wording/format.js';
import { AgentIcon, BreaksIcon, GateIcon, HumanIcon, OutsideIcon } from './icons.js';
import { markTexts } from '../../server/wording/session-markdown.js';
import type { SessionContent } from './messages.js';
import { Reasons } from './reasons.js';

export interface StepProps {
    readonly step: TraceStep;
    /** The outcome of the step under the current policy, if requested. */
    readonly again?: StepAgain | undefined;
    /** True if it is the first step with a different outcome. */
    readonly isParting?: boolean;
    readonly number: number;
    readonly of: number;
    readonly tone: Tone;
    /** True if the line from this step on leads to the judged one. */
    readonly onCausePath: boolean;
    readonly showTime: boolean;
    readonly selected: boolean;
    readonly select: (place: number, focus: boolean) => void;
    readonly reveal: (source: SessionContent['source']) => void;
    readonly reasons?: StepReasons | undefined;
    /** The parts of the claim that are broken at this step. */
    readonly claim?: readonly ConditionPart[] | undefined;
}

/** A step, redrawn only when it changes, because a key moves among hundreds of steps. */
export class Step extends Component<StepProps> {
    override shouldComponentUpdate(next: StepProps): boolean {
        return (Object.keys(next) as (keyof StepProps)[]).some((name) => next[name] !== this.props[name]);
    }

    override render(props: StepProps) {
        return <Card {...props} />;
    }
}

function Card(props: StepProps) {
    const { step, again, isParting, number, of, tone, onCausePath, showTime, selected, select, reveal } = props;
    const { reasons, claim } = props;
    const decision = decisionWord(step);
    const marks = markTexts(step);
    return (
        <li
            class={classes(
                'step',
                selected && 'selected',
                step.judged && `judged tone-${tone}`,
                onCausePath && 'cause',
                again && (again.differs ? 'differs' : 'same')
            )}
            onClick={(event) => {
                if (!(event.target as Element).closest('a, .rule-link, summary')) {
                    select(number, false);
                }
            }}
        >
            <span class={`node ${decision ?? ''} ${number > 99 ? 'wide' : ''}`} aria-hidden="true">
                {number}
            </span>
            <div class="card">
                <button
                    class="step-button"
                    type="button"
                    tabIndex={selected ? 0 : -1}
                    aria-current={selected ? 'step' : undefined}
                >
                    <span class="sr-only">{l10n.t('Step {0} of {1}:', number, of)} </span>
                    <span class="actor">
                        <ActorIcon kind={step.kind} />
                        {actorText(step)}
                    </span>
                    <span class="verb">{verb(step)}</span>
                    {step.act === undefined && (
                        <code class="call">
                            <b>{calledText(step)}</b>
                            {(step.kind !== 'event' || Object.keys(step.args).length > 0) && (
                                <>
                                    (<Tokens args={step.args} />)
                                </>
                            )}
                            {chosenText(step)}
                            {returnsText(step)}
                        </code>
                    )}
                    {showTime && <Time step={step} />}
                    {decision && <Decisions was={decision} again={again} />}
                    {marks.length > 0 && <span class="sr-only">. {marks.join('. ')}</span>}
                </button>
                <Rules step={step} reveal={reveal} tabbable={selected} />
                {again?.differs && (
                    <Now again={again} isParting={isParting === true} reveal={reveal} tabbable={selected} />
                )}
                <Changes step={step} />
                <Marks step={step} tone={tone} isPast={again?.differs === true} />
                {selected && !again && <Reasons reasons={reasons} claim={claim} reveal={reveal} />}
            </div>
        </li>
    );
}

/** The decision; and, if requested, the current decision. */
function Decisions({ was, again }: { readonly was: string; readonly again: StepAgain | undefined }) {
    const now = again && (again.step ? decisionWord(again.step) : l10n.t('not possible'));
    if (!again?.differs) {
        return (
            <span class={`decision ${was}`}>
                {was}
                {again && <span class="sr-only">, {l10n.t('now as before')}</span>}
            </span>
        );
    }
    return (
        <span class="decisions">
            <span class="sr-only">{l10n.t('was {0}, now {1}', was, now ?? '')}</span>
            <s class={`decision was ${was}`} aria-hidden="true">
                {was}
            </s>
            <span aria-hidden="true">→</span>
            <span class={`decision ${now ?? ''}`} aria-hidden="true">
                {now}
            </span>
        </span>
    );
}

interface NowProps extends Pick<StepProps, 'reveal'> {
    readonly again: StepAgain;
    readonly isParting: boolean;
    readonly tabbable: boolean;
}

/** The rule that decides the step now. */
function Now({ again, isParting, reveal, tabbable }: NowProps) {
    return (
        <div class="now">
            <p class="now-title">{isParting ? l10n.t('Different from here') : l10n.t('Now')}</p>
            {again.step ? (
                <Rules step={again.step} reveal={reveal} tabbable={tabbable} />
            ) : (
                <p class="decided">{again.impossible}</p>
            )}
        </div>
    );
}

/** The time on the clock, if the policy uses the clock. */
function Time({ step: { time, clock } }: Pick<StepProps, 'step'>) {
    const passed = durationText(time);
    return clock ? (
        <span class="time" title={l10n.t('{0} after the start of the session', passed)}>
            {clock.text}
        </span>
    ) : (
        <span class="time">{passed}</span>
    );
}

export interface StartStepProps extends Pick<StepProps, 'selected' | 'tone'> {
    readonly start: Trace['start'];
    readonly select: () => void;
    /** True if the claim is already false here, in the initial state. */
    readonly judged: boolean;
}

export function StartStep({ start, selected, select, tone, judged }: StartStepProps) {
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
                    {l10n.t('Session starts')}
                    {start?.text && <span class="given">{start.text}</span>}
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
            <p class="decided">
                {decided.endsWith('.')
                    ? decided
                    : step.decision
                      ? l10n.t('{0} without a rule', step.decision)
                      : l10n.t('decided without a rule')}
            </p>
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
                        title={l10n.t('Go to {0}', placeText(rule.source))}
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
    const runs = goesOnRunning(step);
    const isEndTold = step.outcome === 'error' || lost || runs;
    const { readings = [], withheld } = step;
    if (step.changes.length === 0 && !isEndTold && readings.length === 0 && !withheld) {
        return null;
    }
    return (
        <ul class="changes" aria-label={l10n.t('Changes')}>
            {(step.outcome === 'error' || lost) && (
                <Chip kind="changed" sign="!" word={l10n.t('ended')}>
                    {lost ? l10n.t('the answer is lost') : l10n.t('it ends with an error')}
                </Chip>
            )}
            {runs && (
                <Chip kind="changed" sign="…" word={l10n.t('ended')}>
                    {l10n.t('it keeps running')}
                </Chip>
            )}
            {readings.map((reading) => (
                <Chip key={reading} kind="changed" sign="?" word={l10n.t('a signal says')}>
                    {reading}
                </Chip>
            ))}
            {withheld && (
                <Chip kind="changed" sign="!" word={l10n.t('ended')}>
                    {l10n.t('its result is withheld')}
                </Chip>
            )}
            {step.changes.map(({ kind, what, before, after }, index) => (
                <Chip
                    key={index}
                    kind={kind}
                    sign={kind === 'added' ? '+' : kind === 'removed' ? '−' : '±'}
                    word={changeWord(kind)}
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

function Marks({ step, tone, isPast }: Pick<StepProps, 'step' | 'tone'> & { readonly isPast: boolean }) {
    if (step.judged) {
        return <JudgedMark tone={tone} isPast={isPast} />;
    }
    if (!step.breaks && !step.letsThrough) {
        return null;
    }
    return (
        <ul class="marks" aria-hidden="true">
            {step.breaks && (
                <li
                    class="mark breaks"
                    title={
                        tone === 'bad'
                            ? l10n.t('Without this step, the claim would not be broken.')
                            : l10n.t('Without this step, this would not happen.')
                    }
                >
                    <BreaksIcon />
                    {tone === 'bad' ? l10n.t('needed to break the claim') : l10n.t('needed for it')}
                </li>
            )}
            {step.letsThrough && (
                <li class="mark lets" title={l10n.t('Without this step, the last step would be decided differently.')}>
                    <GateIcon />
                    {l10n.t('needed to be let through')}
                </li>
            )}
        </ul>
    );
}

function changeWord(kind: TraceStep['changes'][number]['kind']): string {
    switch (kind) {
        case 'added':
            return l10n.t('added');
        case 'removed':
            return l10n.t('removed');
        case 'changed':
            return l10n.t('changed');
    }
}

function JudgedMark({ tone, isPast = false }: Pick<StepProps, 'tone'> & { readonly isPast?: boolean }) {
    return (
        <p class={`judged-mark tone-${tone}`}>
            {tone === 'bad'
                ? isPast
                    ? l10n.t('It broke here')
                    : l10n.t('It breaks here')
                : tone === 'good'
                  ? l10n.t('Done here')
                  : l10n.t('Judged here')}
        </p>
    );
}

function classes(...names: (string | false | undefined)[]): string {
    return names.filter(Boolean).join(' ');
}
