declare module '*.guardrail' {
    const text: string;
    export default text;
}
