/** The session as a line of steps, each with the decision, the rules that made it, and what it changed. */
import { useEffect, useRef } from 'preact/hooks';
import type { Trace } from '../../server/lsp/protocol.js';
import { StartStep, Step } from './step.js';
import type { SessionContent } from './messages.js';

export interface StepsProps {
    readonly content: SessionContent;
    readonly trace: Trace;
    /** 0: the start; i: step i. */
    readonly selected: number;
    readonly select: (place: number, focus: boolean) => void;
    readonly reveal: (source: SessionContent['source']) => void;
}

export function Steps({ content, trace, selected, select, reveal }: StepsProps) {
    const list = useRef<HTMLOListElement>(null);
    const moved = useRef(false);
    const last = trace.steps.length;

    useEffect(() => {
        const button = list.current?.querySelector<HTMLElement>('[aria-current="step"]');
        button?.scrollIntoView?.({ block: 'nearest' });
        if (moved.current) {
            moved.current = false;
            button?.focus();
        }
    }, [selected, trace]);

    const onKeyDown = (event: KeyboardEvent): void => {
        const target = event.target as HTMLElement;
        if (event.key === 'Enter' && target.classList.contains('step-button')) {
            event.preventDefault();
            select(selected, true);
            return;
        }
        const places: Record<string, number> = {
            ArrowDown: Math.min(selected + 1, last),
            ArrowUp: Math.max(selected - 1, 0),
            Home: 0,
            End: last
        };
        const place = places[event.key];
        if (place !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
            event.preventDefault();
            moved.current = true;
            if (place !== selected) {
                select(place, false);
            }
        }
    };
    const firstCause = trace.steps.findIndex((step) => step.breaks || step.letsThrough);
    const judged = trace.steps.findIndex((step) => step.judged);
    return (
        <section class="steps" aria-label="Session">
            <p class="keys" id="keys">
                <kbd>↑</kbd> <kbd>↓</kbd> move, <kbd>Enter</kbd> opens the rule
            </p>
            <ol class="timeline" ref={list} onKeyDown={onKeyDown} aria-describedby="keys">
                <StartStep
                    selected={selected === 0}
                    select={() => select(0, false)}
                    tone={content.tone}
                    judged={last === 0 && content.subject.kind === 'claim'}
                />
                {trace.steps.map((step, index) => (
                    <Step
                        key={index}
                        step={step}
                        number={index + 1}
                        of={last}
                        tone={content.tone}
                        onCausePath={firstCause >= 0 && index >= firstCause && index < judged}
                        showTime={trace.steps.some(({ time }) => time > 0)}
                        selected={selected === index + 1}
                        select={() => select(index + 1, false)}
                        reveal={reveal}
                    />
                ))}
            </ol>
        </section>
    );
}
