using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Wire;
using Microsoft.AspNetCore.Http;

namespace Berth.Agent;

/// <summary>Answers the requests of containers, and those of operators at the introspection port.</summary>
internal sealed class ContainerRequests(TaskEngine engine, RoleCredentialsStore roles, AgentSession session, EcsBackend backend, SignedClient client, StatsDocuments stats)
{
    /// <summary>Whether a request is about a container of this agent.</summary>
    public bool Knows(HttpContext context) => (context.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["v2", "credentials", var id] => roles.Find(id) is not null,
        ["v1", "credentials"] or ["v2", "credentials"] => roles.Find(context.Request.Query["id"].ToString()) is not null,
        ["v2", "metadata" or "metadataWithTags" or "stats", ..] => engine.FindByAddress(AddressOf(context)) is not null,
        ["v3" or "v4" or "api", var id, ..] => engine.FindEndpoint(id) is not null,
        _ => false,
    };

    public Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (context.Connection.LocalPort == session.Options.IntrospectionPort)
        {
            return IntrospectAsync(context, path);
        }

        return path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            ["v2", "credentials", var id] => CredentialsAsync(context, id),
            ["v1", "credentials"] or ["v2", "credentials"] => CredentialsAsync(context, context.Request.Query["id"].ToString()),
            ["v2", "metadata" or "metadataWithTags" or "stats", ..] parts => ByAddressAsync(context, parts[1], parts[2..]),
            ["v3", var id, .. var rest] => MetadataAsync(context, isV4: false, id, rest),
            ["v4", var id, .. var rest] => MetadataAsync(context, isV4: true, id, rest),
            ["api", var id, "task-protection", "v1", "state"] => ProtectionAsync(context, id),
            _ => TextAsync(context, StatusCodes.Status404NotFound, "404 page not found"),
        };
    }

    private Task CredentialsAsync(HttpContext context, string id)
    {
        if (id.Length == 0)
        {
            return RefuseAsync("NoIdInRequest", "CredentialsV2Request: No ID in the request", StatusCodes.Status400BadRequest);
        }

        return roles.Find(id) is not { } found ? RefuseAsync("InvalidIdInRequest", "CredentialsV2Request: Credentials not found", StatusCodes.Status400BadRequest)
            : found.AccessKeyId is null ? RefuseAsync("CredentialsUninitialized", "CredentialsV2Request: Credentials uninitialized for ID", StatusCodes.Status503ServiceUnavailable)
            : AnswerAsync(context, StatusCodes.Status200OK, new CredentialsDocument(found.RoleArn, found.AccessKeyId, found.SecretAccessKey, found.SessionToken, found.Expiration), MetadataJson.Default.CredentialsDocument);

        Task RefuseAsync(string code, string message, int status) =>
            AnswerAsync(context, status, new CredentialsError(code, message, status), MetadataJson.Default.CredentialsError);
    }

    private Task MetadataAsync(HttpContext context, bool isV4, string id, string[] rest)
    {
        if (engine.FindEndpoint(id) is not { } found)
        {
            return TextAsync(context, StatusCodes.Status404NotFound, $"V{(isV4 ? 4 : 3)} metadata handler: unable to get task arn from request: unable to get task Arn from v3 endpoint ID: {id}");
        }

        return rest switch
        {
            [] => AnswerAsync(context, StatusCodes.Status200OK, ContainerMetadata.Of(found.Task, found.Container, session.Cluster, session.ContainerInstanceArn, isV4), MetadataJson.Default.ContainerMetadata),
            ["taskWithTags"] => WithTagsAsync(context, TaskMetadata.Of(found.Task, session.Cluster, session.ContainerInstanceArn, Zone, isV4)),
            ["task"] => AnswerAsync(context, StatusCodes.Status200OK, TaskMetadata.Of(found.Task, session.Cluster, session.ContainerInstanceArn, Zone, isV4), MetadataJson.Default.TaskMetadata),
            ["stats"] => StatsAsync(context, found.Task, found.Container, isV4),
            ["task", "stats"] => TaskStatsAsync(context, found.Task, isV4),
            ["associations", var type] => AnswerAsync(context, StatusCodes.Status200OK, new AssociationsDocument(found.Task.Spec.AssociationsOf(found.Container.Name, type)), MetadataJson.Default.AssociationsDocument),
            _ => TextAsync(context, StatusCodes.Status404NotFound, "404 page not found"),
        };
    }

    private async Task WithTagsAsync(HttpContext context, TaskMetadata task)
    {
        var tags = await TaskTags.AskAsync(backend, task.TaskArn ?? "", session.ContainerInstanceArn, context.RequestAborted).ConfigureAwait(false);
        await AnswerAsync(context, StatusCodes.Status200OK, task with { TaskTags = tags.Task, ContainerInstanceTags = tags.ContainerInstance, Errors = tags.Errors }, MetadataJson.Default.TaskMetadata).ConfigureAwait(false);
    }

    private string Zone => session.Options.AvailabilityZone ?? $"{session.Options.Region}a";

    private static string AddressOf(HttpContext context) => LinkLocalEndpoint.SourceOf(context)?.MapToIPv4().ToString() ?? "";

    /// <summary>Version 2 knows its caller by the address, so only tasks with an address of their own are answered.</summary>
    private Task ByAddressAsync(HttpContext context, string what, string[] rest)
    {
        var address = AddressOf(context);
        if (engine.FindByAddress(address) is not { } task)
        {
            return TextAsync(context, StatusCodes.Status400BadRequest, $"Unable to get task arn from request: unable to find a task with IP address {address}");
        }

        if (rest is [])
        {
            var metadata = TaskMetadata.Of(task, session.Cluster, session.ContainerInstanceArn, Zone, isV4: false);
            return what switch
            {
                "stats" => TaskStatsAsync(context, task, isV4: false),
                "metadataWithTags" => WithTagsAsync(context, metadata),
                _ => AnswerAsync(context, StatusCodes.Status200OK, metadata, MetadataJson.Default.TaskMetadata),
            };
        }

        return rest is not [var id] || task.Containers.FirstOrDefault(container => container.DockerId == id) is not { } found
            ? TextAsync(context, StatusCodes.Status400BadRequest, $"Unable to get container ID from request: no container of the task has the ID {rest[0]}")
            : what == "stats" ? StatsAsync(context, task, found, isV4: false)
            : AnswerAsync(context, StatusCodes.Status200OK, ContainerMetadata.Of(task, found, session.Cluster, session.ContainerInstanceArn, isV4: false), MetadataJson.Default.ContainerMetadata);
    }

    private async Task StatsAsync(HttpContext context, TaskState task, ContainerState container, bool isV4) =>
        await WriteAsync(context, StatusCodes.Status200OK, (await stats.OfAsync(task, container, isV4, context.RequestAborted).ConfigureAwait(false))?.ToJsonString() ?? "null").ConfigureAwait(false);

    private async Task TaskStatsAsync(HttpContext context, TaskState task, bool isV4) =>
        await WriteAsync(context, StatusCodes.Status200OK, (await stats.OfAllAsync(task, isV4, context.RequestAborted).ConfigureAwait(false)).ToJsonString()).ConfigureAwait(false);

    private async Task ProtectionAsync(HttpContext context, string id)
    {
        if (engine.FindEndpoint(id) is not { } found)
        {
            await RefuseAsync(StatusCodes.Status404NotFound, null, "ResourceNotFoundException", "Failed to find a task for the request").ConfigureAwait(false);
            return;
        }

        var task = found.Task.Arn;
        if (found.Task.Spec.RoleCredentials?.CredentialsId is not { } role || roles.Find(role) is not { AccessKeyId: { } key, SecretAccessKey: { } secret } credentials)
        {
            await RefuseAsync(StatusCodes.Status403Forbidden, task, "AccessDeniedException", "Invalid Request: no task IAM role credentials available for task").ConfigureAwait(false);
            return;
        }

        try
        {
            var signer = new AwsCredentials(key, secret, credentials.SessionToken);
            TaskProtectionResponse? answer;
            if (HttpMethods.IsGet(context.Request.Method))
            {
                answer = await client.CallAsync("AmazonEC2ContainerServiceV20141113.GetTaskProtection", "ecs", new GetTaskProtectionRequest(session.Cluster, [task]), AgentJson.Wire.GetTaskProtectionRequest, AgentJson.Wire.TaskProtectionResponse, context.RequestAborted, credentials: signer).ConfigureAwait(false);
            }
            else if (await JsonSerializer.DeserializeAsync(context.Request.Body, MetadataJson.Default.ProtectionInput, context.RequestAborted).ConfigureAwait(false) is { ProtectionEnabled: { } enabled } input)
            {
                answer = await client.CallAsync("AmazonEC2ContainerServiceV20141113.UpdateTaskProtection", "ecs", new UpdateTaskProtectionRequest(session.Cluster, [task], enabled, input.ExpiresInMinutes), AgentJson.Wire.UpdateTaskProtectionRequest, AgentJson.Wire.TaskProtectionResponse, context.RequestAborted, credentials: signer).ConfigureAwait(false);
            }
            else
            {
                await RefuseAsync(StatusCodes.Status400BadRequest, task, "InvalidParameterException", "Invalid request: does not contain 'ProtectionEnabled' field").ConfigureAwait(false);
                return;
            }

            var failure = answer?.Failures is [var first, ..] ? new ProtectionFailureState(first.Arn, first.Reason, first.Detail) : null;
            var state = answer?.ProtectedTasks is [var one, ..] ? new ProtectionState(one.ExpirationDate?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), one.ProtectionEnabled, one.TaskArn) : null;
            await AnswerAsync(context, StatusCodes.Status200OK, new ProtectionDocument(failure is null ? state : null, failure, null, null), MetadataJson.Default.ProtectionDocument).ConfigureAwait(false);
        }
        catch (AwsCallException refusal)
        {
            await RefuseAsync((int)refusal.Status, task, refusal.Code, refusal.Message).ConfigureAwait(false);
        }
        catch (HttpRequestException failure)
        {
            await RefuseAsync(StatusCodes.Status500InternalServerError, task, "ServerException", failure.Message).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            await RefuseAsync(StatusCodes.Status400BadRequest, task, "InvalidParameterException", "UpdateTaskProtection: failed to decode request").ConfigureAwait(false);
        }

        Task RefuseAsync(int status, string? arn, string code, string message) =>
            AnswerAsync(context, status, new ProtectionDocument(null, null, null, new ProtectionErrorState(arn, code, message)), MetadataJson.Default.ProtectionDocument);
    }

    private Task IntrospectAsync(HttpContext context, string path)
    {
        switch (path)
        {
            case "/v1/metadata":
                return AnswerAsync(context, StatusCodes.Status200OK, new IntrospectionMetadata(session.Cluster, session.ContainerInstanceArn, $"Amazon ECS Agent - v{AgentBuild.Version} (*{AgentBuild.Hash})"), MetadataJson.Default.IntrospectionMetadata);
            case "/v1/tasks":
                var (arn, dockerId) = (context.Request.Query["taskarn"].ToString(), context.Request.Query["dockerid"].ToString());
                if (arn.Length == 0 && dockerId.Length == 0)
                {
                    return AnswerAsync(context, StatusCodes.Status200OK, new IntrospectionTasks([.. engine.Tasks.Select(task => TaskIntrospection.Of(task, session.Cluster, session.ContainerInstanceArn))]), MetadataJson.Default.IntrospectionTasks);
                }

                var found = arn.Length > 0 && dockerId.Length > 0 ? null
                    : arn.Length > 0 ? engine.Find(arn) : engine.Tasks.FirstOrDefault(task => task.Containers.Any(container => container.DockerId?.StartsWith(dockerId, StringComparison.Ordinal) == true));
                var status = found is not null ? StatusCodes.Status200OK : arn.Length > 0 && dockerId.Length > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status404NotFound;
                return AnswerAsync(context, status, found is null ? new TaskIntrospection(null, null, null, null, null, null) : TaskIntrospection.Of(found, session.Cluster, session.ContainerInstanceArn), MetadataJson.Default.TaskIntrospection);
            default:
                return AnswerAsync(context, StatusCodes.Status200OK, new IntrospectionCommands(["/v1/metadata", "/v1/tasks"]), MetadataJson.Default.IntrospectionCommands);
        }
    }

    private static Task TextAsync(HttpContext context, int status, string text) => AnswerAsync(context, status, text, MetadataJson.Default.String);

    private static Task AnswerAsync<T>(HttpContext context, int status, T document, JsonTypeInfo<T> type) =>
        WriteAsync(context, status, JsonSerializer.Serialize(document, type));

    private static Task WriteAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }
}
