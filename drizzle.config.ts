// Where drizzle-kit finds the tables, and where it puts the migrations: `npm run migrations`.
import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: "./src/store/schema.ts",
  out: "./drizzle",
  casing: "snake_case",
});
