/** Runs a command from a form and makes the affected queries read again. */
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { command } from "./client.ts";

/** @param refresh first words of the query keys that the command changes */
export function useCommand<Input, Result = unknown>(
  id: string,
  refresh: readonly string[],
  done?: (result: Result, input: Input) => void,
): UseMutationResult<Result, Error, Input> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => command<Result>(id, input),
    onSuccess: (result, input) => {
      for (const key of refresh) void client.invalidateQueries({ queryKey: [key] });
      done?.(result, input);
    },
  });
}
