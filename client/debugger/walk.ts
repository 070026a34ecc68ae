/** Steps through a session: knows the current place, and finds the next stop. This file does not use `vscode`. */
import type {
    BreakpointPlace,
    PlayedSession,
    PlayedStep,
    SessionLines,
    Source,
    StateGroup
} from '../../server/lsp/protocol.js';

export interface Breakpoint {
    readonly uri: string;
    /** The line, counted from 0. */
    readonly line: number;
}

export class Walk {
    private position = 0;

    constructor(
        private readonly session: PlayedSession,
        private readonly found: SessionLines
    ) {}

    /** The current place: 0 is the start, and i is after step i. */
    get at(): number {
        return this.position;
    }

    get end(): number {
        return this.session.steps.length;
    }

    step(place: number): PlayedStep | undefined {
        return this.session.steps[place - 1];
    }

    /** Moves to the next or the previous place. Returns false at either end. */
    move(by: 1 | -1): boolean {
        const next = this.position + by;
        const isThere = next >= 0 && next <= this.end;
        this.position = isThere ? next : this.position;
        return isThere;
    }

    /** Moves to the next step with a breakpoint, or to the end or start of the session. */
    run(by: 1 | -1, breakpoints: readonly Breakpoint[]): 'breakpoint' | 'end' {
        while (this.move(by)) {
            const places = this.placesOf(this.position);
            if (places.some((place) => breakpoints.some((one) => contains(place, one)))) {
                return 'breakpoint';
            }
        }
        return 'end';
    }

    /** Moves to an existing place. */
    moveTo(place: number): void {
        this.position = place;
    }

    /** The places whose step is on this line, or was decided by a rule there. */
    placesAt(at: Breakpoint): number[] {
        return Array.from({ length: this.end }, (_, index) => index + 1).filter((place) =>
            this.placesOf(place).some((source) => contains(source, at))
        );
    }

    /**
     * The place of the step: in a scenario its line, otherwise the rule that decided the step; a step without a place
     * is at the claim.
     */
    placeOf(place: number): Source {
        return this.placesOf(place)[0] ?? this.found.source;
    }

    /** The lines up to a given place. */
    linesUntil(place: number): readonly string[] {
        return this.session.steps.slice(0, place).map(({ line }) => line);
    }

    /** The step, followed by the state after it. */
    variables(place: number): readonly StateGroup[] | undefined {
        const step = this.step(place);
        const state = step ? step.state : this.session.start;
        return state.groups;
    }

    /** The arguments of the step's call; empty if the step is not a call. */
    argumentsOf(place: number): Readonly<Record<string, unknown>> {
        const step = this.step(place);
        const before = this.step(place - 1)?.traced ?? 0;
        return step && step.traced > before ? this.session.trace.steps[step.traced - 1]!.args : {};
    }

    private placesOf(place: number): Source[] {
        const step = this.step(place);
        const own = this.found.lines[place - 1]?.source;
        const rules = (step?.rules ?? []).flatMap(({ source, usedAt }) => [...(usedAt ? [usedAt] : []), source]);
        return [...(own ? [own] : []), ...rules];
    }
}

/**
 * The line for a breakpoint that is requested at `line`: the line where the element there begins, or else where the
 * next element begins at which a session can stop.
 */
export function lineOfBreakpoint(line: number, places: readonly BreakpointPlace[]): number | undefined {
    const here = places.filter(({ first, last }) => first <= line && line <= last).at(-1);
    return (here ?? places.find(({ first }) => first > line))?.first;
}

function contains({ uri, start, end }: Source, breakpoint: Breakpoint): boolean {
    return uri === breakpoint.uri && start.line <= breakpoint.line && breakpoint.line <= end.line;
}
