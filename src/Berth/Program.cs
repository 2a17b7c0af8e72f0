using Berth.Host;

return await CommandLine.RunAsync(args).ConfigureAwait(false);
