// The part of moment-business-time that the bench uses; the package brings no types.
declare module "moment-business-time" {
  interface WorkingMoment {
    addWorkingTime(amount: number, unit: "seconds"): WorkingMoment;
    workingDiff(other: WorkingMoment, unit: "milliseconds"): number;
    valueOf(): number;
  }
  const moment: {
    (at: Date): WorkingMoment;
    updateLocale(
      name: string,
      rules: { workinghours: Record<number, readonly string[] | null>; holidays: readonly string[] },
    ): void;
  };
  export default moment;
}
