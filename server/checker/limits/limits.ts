/**
 * The limits of the checker (`server/model/policy/limits.ts`); docs/work-limits.md lists them, which a test
 * compares.
 */
import type { Limit } from '../../model/policy/limits.js';
import { limitsOf, MODEL_LIMITS } from '../../model/policy/limits.js';
import { PROOF_WORK } from '../../certificates/work.js';
import { LESS, OPTION_LIMITS, UNDECIDED } from './option-limits.js';

const IN_SCOPE = 'in scope';
const SHORTEST = 'not the shortest';
const SLOWER = 'slower';

/** Limits on the values of arguments. */
const VALUES = {
    classes: { most: 20_000, of: 'classes of the arguments of one tool', then: UNDECIDED },
    records: { most: 5_000, of: 'combinations of the fields of a record', then: UNDECIDED },
    lists: { most: 2_000, of: 'classes of lists', then: UNDECIDED },
    listLength: { most: 2_000, of: 'greatest length in a condition on the size of a list', then: UNDECIDED },
    texts: { most: 2_000, of: 'classes of one text', then: UNDECIDED },
    textLength: { most: 20_000, of: 'greatest length in a condition on a text', then: UNDECIDED },
    automatonNodes: { most: 5_000, of: 'nodes of the automaton of a text', then: UNDECIDED },
    minimizedNodes: { most: 150, of: 'nodes of a minimized automaton', then: SLOWER },
    knownTexts: { most: 200, of: 'remembered kinds of texts', then: SLOWER },
    partStates: { most: 60_000, of: 'states of a text with its parts', then: UNDECIDED },
    detourStates: { most: 500, of: 'states of path segments that `..` removes', then: UNDECIDED },
    sessionKinds: { most: 64, of: 'kinds of constants of a session', then: UNDECIDED },
    sessionValues: {
        most: 3_200,
        of: 'values of constants of a session, before like values are merged',
        then: UNDECIDED
    },
    untrackedHistory: { most: 6, of: 'conditions on the history of an untracked value', then: UNDECIDED },
    comparedKeys: { most: 6, of: 'values of a key with comparisons other than equality', then: IN_SCOPE }
} as const satisfies Readonly<Record<string, Limit>>;

/** Limits of the finite system. */
const SYSTEM = {
    claimWork: {
        most: 30_000_000,
        of: 'units of work of one claim, of about a microsecond each',
        then: UNDECIDED
    },
    labels: { most: 32, of: 'labels, including those kept across sessions', then: UNDECIDED },
    trackedKeys: { most: 6, of: 'values of a key in a search for a session', then: IN_SCOPE },
    trackedAmongAll: { most: 2, of: 'values of a key in a search over all values', then: UNDECIDED },
    trackedStays: { most: 3, of: 'values of a key in a search for `stays possible`', then: UNDECIDED },
    heldCalls: { most: 2, of: 'calls that are held at the same time', then: IN_SCOPE },
    answersOfOthers: { most: 6, of: 'answers to another held call, in every combination', then: IN_SCOPE },
    viewsOfOthers: { most: 3, of: 'conditions on what another held call sees, in every combination', then: IN_SCOPE },
    modeEntries: { most: 3, of: 'moments at which a mode with a time may have begun', then: IN_SCOPE },
    countedAges: { most: 8, of: 'ages of counted events; more are added up', then: 'proves only' },
    sumUnits: { most: 2 ** 48, of: 'smallest units of a total', then: UNDECIDED },
    sumChoices: { most: 2_000, of: 'choices of the amounts of a session', then: UNDECIDED },
    placingRounds: { most: 200, of: 'rounds of placing a session in time', then: UNDECIDED },
    statesWithSums: { most: 5_000, of: 'states with keys and totals', then: UNDECIDED },
    statesWithStanding: { most: 3_000, of: 'states with approvals that cover several calls', then: UNDECIDED },
    statesOfAllHolds: { most: 2_000, of: 'states of a search over all held calls', then: IN_SCOPE },
    statesWithLapses: { most: 3_000, of: 'states with held calls that lapse', then: IN_SCOPE },
    statesForShorter: { most: 1_000, of: 'states of a search for a shorter session with more keys', then: SHORTEST },
    keptMoves: { most: 20_000, of: 'remembered moves of states with ages', then: SLOWER },
    contestStates: {
        most: 5_000,
        of: 'states of a search for a session that breaks a claim without rules',
        then: UNDECIDED
    },
    secondLineLeast: { most: 300, of: 'states of a second line, in addition to `secondLineTimes`', then: UNDECIDED },
    secondLineTimes: { most: 8, of: 'states of a second line for each state of the claim', then: UNDECIDED },
    secondLineStates: { most: 10_000, of: 'states of a second line', then: UNDECIDED }
} as const satisfies Readonly<Record<string, Limit>>;

/** Limits of the search over concrete sessions. */
const CONCRETE = {
    concreteStates: { most: 10_000, of: 'states', then: UNDECIDED },
    concreteSteps: { most: 30_000, of: 'steps tried', then: UNDECIDED },
    concreteSecondStates: {
        most: 500,
        of: 'states of a second line, in addition to those of the claim',
        then: UNDECIDED
    },
    concreteSecondSteps: {
        most: 1_500,
        of: 'steps of a second line, in addition to half of those of the claim',
        then: UNDECIDED
    },
    concreteSecondAll: { most: 4_500, of: 'steps of a second line', then: UNDECIDED },
    contestSteps: { most: 12_000, of: 'steps tried to meet the conditions that no session has met', then: UNDECIDED },
    aimedSteps: { most: 400, of: 'steps tried to build a session for a claim', then: UNDECIDED },
    conditionSteps: { most: 3_000, of: 'steps tried to meet one such condition', then: UNDECIDED },
    combinations: { most: 400, of: 'combinations of the values of one call, result or event', then: IN_SCOPE },
    crossedRecords: { most: 200, of: 'records built from the values of other variables', then: IN_SCOPE },
    joinedValues: { most: 6_000, of: 'values that are extended', then: IN_SCOPE },
    seededValues: { most: 4_000, of: 'values that are built from conditions', then: IN_SCOPE },
    valuesOfVariable: { most: 40, of: 'values of one variable', then: IN_SCOPE },
    freshValues: { most: 6, of: 'fresh values of something that is counted', then: IN_SCOPE },
    distinctValues: { most: 16, of: 'fresh values if distinct values are counted', then: IN_SCOPE },
    multiples: { most: 4, of: 'multiples of a bound, taken from a total', then: IN_SCOPE },
    addedUp: { most: 12, of: 'events that are added up', then: IN_SCOPE },
    counted: { most: 16, of: 'events that are counted', then: IN_SCOPE },
    runningCalls: { most: 4, of: 'calls that run at the same time, if this matters', then: IN_SCOPE },
    waits: { most: 24, of: 'moments to wait for from one state', then: IN_SCOPE },
    windowDifferences: {
        most: 4,
        of: 'windows; with more, the search does not wait for their differences',
        then: IN_SCOPE
    },
    clockStarts: { most: 48, of: 'moments at which a session starts', then: IN_SCOPE },
    clockWaits: { most: 8, of: 'changes of the clock to wait for from one state', then: IN_SCOPE }
} as const satisfies Readonly<Record<string, Limit>>;

/** Limits on explanations, which come after the verdicts. */
const WORDS = {
    obstacles: { most: 8, of: 'rules that are named as obstacles', then: LESS },
    causeSubsets: { most: 20_000, of: 'sets of steps that are tried for a smallest cause', then: LESS },
    causeSteps: { most: 200_000, of: 'steps in the sets that are tried for a minimal cause', then: LESS },
    knownCauses: { most: 50_000, of: 'remembered beginnings of sets of steps', then: SLOWER },
    surveyStates: { most: 1_000, of: 'states of one survey', then: LESS },
    surveysStates: { most: 10_000, of: 'states of all surveys', then: LESS },
    surveyDecisions: { most: 10_000, of: 'calls that one survey decides', then: LESS },
    findingStates: { most: 5_000, of: 'states of one search of a finding', then: LESS },
    proofCases: { most: PROOF_WORK, of: 'cases of a search for the proof of a claim', then: SLOWER },
    findingWork: { most: 2_000_000, of: 'units of work of one search of a finding', then: LESS },
    findingsWork: { most: 10_000_000, of: 'units of work of all searches of findings', then: LESS },
    namedClaims: { most: 2, of: 'claims that a hint names', then: LESS },
    anyArguments: { most: 2_000, of: 'calls that `..` stands for in a scenario', then: LESS },
    argumentsTime: {
        most: 3_000,
        of: 'milliseconds spent on the calls and ends that are offered',
        then: LESS
    },
    drawnStates: { most: 500, of: 'states that are drawn', then: LESS },
    exportedApprovals: { most: 6, of: 'approval rules of one exported call', then: LESS },
    exportedNames: { most: 40, of: 'letters of an exported name', then: LESS }
} as const satisfies Readonly<Record<string, Limit>>;

/** Limits on the difference of two policies. */
const DIFFERENCE = {
    comparedLabels: { most: 31, of: 'labels of two policies that are compared', then: UNDECIDED },
    comparedAmongAll: { most: 2, of: 'values of a key in a comparison over all values', then: UNDECIDED },
    comparedKeysAlone: { most: 4, of: 'values of a key in a search for a difference', then: IN_SCOPE }
} as const satisfies Readonly<Record<string, Limit>>;

/** Limits of generated code (docs/checker.md, "Compiled search"). */
const COMPILED = {
    stepsUntilCompiled: { most: 800, of: 'steps from the states found before code is generated', then: SLOWER },
    stepsTriedFirst: { most: 80, of: 'steps that are tried before code is generated', then: SLOWER },
    tableRuns: { most: 4_096, of: 'runs of a function that becomes a table', then: SLOWER },
    diagrams: { most: 200_000, of: 'decision diagrams', then: SLOWER }
} as const satisfies Readonly<Record<string, Limit>>;

export const CHECKER_LIMITS = {
    ...OPTION_LIMITS,
    ...VALUES,
    ...SYSTEM,
    ...CONCRETE,
    ...DIFFERENCE,
    ...WORDS,
    ...COMPILED,
    ...MODEL_LIMITS
} as const satisfies Readonly<Record<string, Limit>>;

/** The limit's value, to compare the actual number with. */
export const limitOf = limitsOf(CHECKER_LIMITS);
