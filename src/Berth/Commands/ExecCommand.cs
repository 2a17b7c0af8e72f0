using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Host;

/// <summary>Runs a command in a task's container, through ExecuteCommand as the AWS CLI does, but without its plugin.</summary>
internal static class ExecCommand
{
    private const int TasksAPage = 100, Interrupted = 130;

    internal static Command Create(Option<string?> data)
    {
        var task = new Argument<string>("TASK") { Description = "A task's id or ARN; else a service's name or ARN, for its newest running task" };
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

        (string Arn, double StartedAt)? newest = null;
        for (string? next = null, page = ""; page is not null; page = next)
        {
            var listed = await ListAsync(api, cluster, name, page, cancellationToken).ConfigureAwait(false);
            next = listed.TryGetProperty("nextToken", out var token) ? token.GetString() : null;
            if (listed.GetProperty("taskArns").GetArrayLength() == 0)
            {
                continue;
            }

            var described = await api.CallEcsAsync(
                "DescribeTasks", new JsonObject { ["cluster"] = cluster, ["tasks"] = JsonArray.Create(listed.GetProperty("taskArns")) }.ToJsonString(), cancellationToken).ConfigureAwait(false);
            foreach (var task in described.GetProperty("tasks").EnumerateArray())
            {
                if (Text(task, "lastStatus") == "RUNNING" && task.TryGetProperty("startedAt", out var at) && !(newest?.StartedAt >= at.GetDouble()))
                {
                    newest = (Text(task, "taskArn"), at.GetDouble());
                }
            }
        }

        return newest?.Arn ?? throw new CommandException($"No task of the service {name} runs. Name a service that has running tasks, or a task by its id or ARN.");
    }

    private static async Task<JsonElement> ListAsync(ApiClient api, string? cluster, string service, string page, CancellationToken cancellationToken)
    {
        var request = new JsonObject { ["cluster"] = cluster, ["serviceName"] = service, ["maxResults"] = TasksAPage, ["nextToken"] = page.Length > 0 ? page : null };
        try
        {
            return await api.CallEcsAsync("ListTasks", request.ToJsonString(), cancellationToken).ConfigureAwait(false);
        }
        catch (CommandException refusal) when (refusal.Message.Contains("ServiceNotFoundException", StringComparison.Ordinal))
        {
            throw new CommandException($"{service} is neither a task's id nor a service of the cluster {cluster ?? Installation.DefaultCluster}.");
        }
    }

    private static string Text(JsonElement from, string name) => from.GetProperty(name).GetString()!;     // The API always has it.
}
