/** Shows why no rule stopped a call, and which part of the claim it breaks, with the values of the session. */
import * as l10n from '@vscode/l10n';
import type { ConditionPart, PassedRule, RuleReference, StepReasons } from '../../server/lsp/protocol.js';
import { placeText, ruleText } from '../../server/wording/format.js';
import type { SessionContent } from './messages.js';
import { numberText } from './texts.js';

export interface ReasonsProps {
    readonly reasons: StepReasons | undefined;
    readonly claim: readonly ConditionPart[] | undefined;
    readonly reveal: (source: SessionContent['source']) => void;
}

export function Reasons({ reasons, claim, reveal }: ReasonsProps) {
    return (
        <>
            {claim && claim.length > 0 && (
                <section class="reasons" aria-label={l10n.t('What breaks the claim')}>
                    <p class="small-title" aria-hidden="true">
                        {l10n.t('What breaks the claim')}
                    </p>
                    <Parts parts={claim} />
                </section>
            )}
            {reasons && (
                <section class="reasons" aria-label={l10n.t('Why no rule stops it')}>
                    <p class="small-title" aria-hidden="true">
                        {l10n.t('Why no rule stops it')}
                    </p>
                    {reasons.passed.length === 0 && (
                        <p>{l10n.t('No rule that could stop a call applies to this one.')}</p>
                    )}
                    <ul>
                        {reasons.passed.map((passed, index) => (
                            <Passed key={index} passed={passed} reveal={reveal} />
                        ))}
                    </ul>
                    {reasons.others.length > 0 && (
                        <details>
                            <summary>{othersText(reasons.others.length)}</summary>
                            <ul>
                                {reasons.others.map((rule, index) => (
                                    <li key={index}>
                                        <RuleLink rule={rule} reveal={reveal} />
                                    </li>
                                ))}
                            </ul>
                        </details>
                    )}
                </section>
            )}
        </>
    );
}

function Passed({ passed: { rule, outcome, parts }, reveal }: Pick<ReasonsProps, 'reveal'> & { passed: PassedRule }) {
    return (
        <li>
            <RuleLink rule={rule} reveal={reveal} />{' '}
            <span class="outcome-word">{outcome === 'is met' ? l10n.t('is met') : l10n.t('does not apply')}</span>
            <Parts parts={parts} />
        </li>
    );
}

function RuleLink({ rule, reveal }: Pick<ReasonsProps, 'reveal'> & { readonly rule: RuleReference }) {
    return (
        <button class="rule-link" type="button" onClick={() => reveal(rule.source)}>
            <code>{ruleText(rule)}</code>
            <span class="place">{placeText(rule.usedAt ?? rule.source)}</span>
        </button>
    );
}

function Parts({ parts }: { readonly parts: readonly ConditionPart[] }) {
    return (
        <ul class="parts">
            {parts.map(({ text, truth, values }) => (
                <li key={text}>
                    <code>{text}</code> <b>{truthWord(truth)}</b>
                    {values.map((value) => (
                        <span key={value} class="value">
                            {value}
                        </span>
                    ))}
                </li>
            ))}
        </ul>
    );
}

function truthWord(truth: ConditionPart['truth']): string {
    switch (truth) {
        case 'true':
            return l10n.t('is true');
        case 'false':
            return l10n.t('is false');
        case 'unknown':
            return l10n.t('is unknown');
    }
}

function othersText(count: number): string {
    return count === 1
        ? l10n.t('1 rule is about other calls')
        : l10n.t('{0} rules are about other calls', numberText(count));
}
