// The kinds of columns: each cleans or revives its values, so that no query has to think of it.
import { customType, timestamp } from "drizzle-orm/pg-core";
import { cleaned, fromStored, toStored } from "./json.ts";

/** Text, rid of what PostgreSQL refuses. */
export const words = customType<{ data: string; driverData: string }>({
  dataType: () => "text",
  toDriver: cleaned,
});

/** A value kept whole as jsonb, by the rules of json.ts. Name its type with `$type`. */
export const document = customType<{ data: unknown; driverData: unknown }>({
  dataType: () => "jsonb",
  toDriver: (value) => JSON.stringify(toStored(value)),
  fromDriver: fromStored,
});

/** An instant to the millisecond. */
export const instant = () => timestamp({ withTimezone: true, precision: 3, mode: "date" });
