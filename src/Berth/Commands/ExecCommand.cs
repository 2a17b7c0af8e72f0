using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Host;

/// <summary>Runs a command in a task's container, through ExecuteCommand as the AWS CLI does, but without its plugin.</summary>
internal static class ExecCommand
{
    private const int TasksAPage = 100, FewestDigits = 4, Interrupted = 130;

    internal static Command Create(Option<string?> data)
    {
        var task = new Argument<string>("TASK") { Description = "A task's id, its first digits or its ARN; else a service's name or ARN, for its newest running task" };
        var words = new Argument<string[]>("COMMAND") { Description = "The command and its arguments, after --", Arity = ArgumentArity.OneOrMore };
        var cluster = new Option<string?>("--cluster") { Description = "The cluster; default, or that of the ARN, when left out", HelpName = "CLUSTER" };
        var container = new Option<string?>("--container") { Description = "The container; needed where the task has several", HelpName = "CONTAINER" };
        var region = new Option<string?>("--region") { Description = "The region (AWS_REGION or AWS_DEFAULT_REGION, else us-east-1)", HelpName = "REGION" };
        var command = new Command("exec", "Run a command in a running task's container: berth exec TASK -- COMMAND…") { task, words, cluster, container, region };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var signals = new StopSignals(onSecond: null);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, signals.Token);
            using var api = new ApiClient(
                Installation.At(parsed.GetValue(data)), TimeProvider.System, parsed.GetValue(region) ?? Installation.RegionOf(Environment.GetEnvironmentVariable));
            var named = parsed.GetValue(task)!;     // Both arguments are required.
            var place = parsed.GetValue(cluster) ?? ClusterOf(named);
            var request = new JsonObject
            {
                ["cluster"] = place,
                ["task"] = await TaskOfAsync(api, place, named, stop.Token).ConfigureAwait(false),
                ["container"] = parsed.GetValue(container),
                ["command"] = SessionClient.Join(parsed.GetValue(words)!),
                ["interactive"] = true,
            };
            var answer = (await api.CallEcsAsync("ExecuteCommand", request.ToJsonString(), stop.Token).ConfigureAwait(false)).GetProperty("session");
            return await RunAsync(new(Text(answer, "sessionId"), new Uri(Text(answer, "streamUrl")), Text(answer, "tokenValue")), stop.Token).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> RunAsync(OpenSession session, CancellationToken cancellationToken)
    {
        var isTerminal = Terminal.IsThere;
        try
        {
            var (exitCode, said) = (0, (string?)null);
            using (isTerminal ? Terminal.MakeRaw() : null)
            {
                await using var input = isTerminal ? Terminal.OpenInput() : Console.OpenStandardInput();
                await using var output = Console.OpenStandardOutput();
                await using var errors = Console.OpenStandardError();
                (exitCode, said) = await new SessionClient(session, isTerminal, input, output, errors, TimeProvider.System).RunAsync(cancellationToken).ConfigureAwait(false);
            }

            if (said is not null)
            {
                await Console.Error.WriteLineAsync($"berth: {said}").ConfigureAwait(false);
            }

            return exitCode;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Interrupted;
        }
    }

    /// <summary>The cluster that a task's or service's ARN names; null for anything else.</summary>
    private static string? ClusterOf(string named) =>
        named.StartsWith("arn:", StringComparison.Ordinal) && named.Split('/') is [_, var cluster, _] ? cluster : null;

    private static async Task<string> TaskOfAsync(ApiClient api, string? cluster, string named, CancellationToken cancellationToken)
    {
        const int IdDigits = 32;
        var name = named[(named.LastIndexOf('/') + 1)..];
        if (name.Length == IdDigits && name.All(char.IsAsciiHexDigitLower))
        {
            return name;
        }

        try
        {
            return await NewestAsync(api, cluster, name, cancellationToken).ConfigureAwait(false);
        }
        catch (CommandException refusal) when (refusal.Message.Contains("ServiceNotFoundException", StringComparison.Ordinal))
        {
            var found = name.Length >= FewestDigits && name.All(char.IsAsciiHexDigitLower) ? await BeginningWithAsync(api, cluster, name, cancellationToken).ConfigureAwait(false) : [];
            return found.Count switch
            {
                1 => found[0],
                0 => throw new CommandException($"{name} is neither a running task's id, or the beginning of one, nor a service of the cluster {cluster ?? Installation.DefaultCluster}."),
                _ => throw new CommandException($"Several running tasks have an id that begins with {name}: give more of it."),
            };
        }
    }

    /// <summary>The tasks that run, or are about to, and whose ids begin so; no more than tell that it is not just one.</summary>
    private static async Task<List<string>> BeginningWithAsync(ApiClient api, string? cluster, string digits, CancellationToken cancellationToken)
    {
        List<string> found = [];
        await foreach (var page in PagesAsync(api, cluster, service: null, cancellationToken).ConfigureAwait(false))
        {
            found.AddRange(page.EnumerateArray().Select(arn => arn.GetString()!).Where(arn => arn[(arn.LastIndexOf('/') + 1)..].StartsWith(digits, StringComparison.Ordinal)));
            if (found.Count > 1)
            {
                break;
            }
        }

        return found;
    }

    private static async Task<string> NewestAsync(ApiClient api, string? cluster, string service, CancellationToken cancellationToken)
    {
        (string Arn, double StartedAt)? newest = null;
        await foreach (var page in PagesAsync(api, cluster, service, cancellationToken).ConfigureAwait(false))
        {
            var described = await api.CallEcsAsync(
                "DescribeTasks", new JsonObject { ["cluster"] = cluster, ["tasks"] = JsonArray.Create(page) }.ToJsonString(), cancellationToken).ConfigureAwait(false);
            foreach (var task in described.GetProperty("tasks").EnumerateArray())
            {
                if (Text(task, "lastStatus") == "RUNNING" && task.TryGetProperty("startedAt", out var at) && !(newest?.StartedAt >= at.GetDouble()))
                {
                    newest = (Text(task, "taskArn"), at.GetDouble());
                }
            }
        }

        return newest?.Arn ?? throw new CommandException($"No task of the service {service} runs. Name a service that has running tasks, or a task by its id or ARN.");
    }

    /// <summary>The running tasks of a service, or of the cluster, in pages that are not empty.</summary>
    private static async IAsyncEnumerable<JsonElement> PagesAsync(ApiClient api, string? cluster, string? service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (string? next = null, page = ""; page is not null; page = next)
        {
            var request = new JsonObject { ["cluster"] = cluster, ["serviceName"] = service, ["maxResults"] = TasksAPage, ["nextToken"] = page.Length > 0 ? page : null };
            var listed = await api.CallEcsAsync("ListTasks", request.ToJsonString(), cancellationToken).ConfigureAwait(false);
            next = listed.TryGetProperty("nextToken", out var token) ? token.GetString() : null;
            if (listed.GetProperty("taskArns").GetArrayLength() > 0)
            {
                yield return listed.GetProperty("taskArns");
            }
        }
    }

    private static string Text(JsonElement from, string name) => from.GetProperty(name).GetString()!;     // The API always has it.
}
