using Ingot.Cli;

return await CommandLine.RunAsync(args, CommandContext.OfProcess());
