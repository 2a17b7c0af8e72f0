using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record RegisterDaemonTaskDefinitionRequest
{
    public string? Family { get; set; }

    public string? TaskRoleArn { get; set; }

    public string? ExecutionRoleArn { get; set; }

    public List<DaemonContainerDefinitionShape>? ContainerDefinitions { get; set; }

    public string? Cpu { get; set; }

    public string? Memory { get; set; }

    public List<DaemonVolumeShape>? Volumes { get; set; }

    public List<TagShape>? Tags { get; set; }

    public string? PidMode { get; set; }

    public string? IpcMode { get; set; }
}

internal sealed record RegisterDaemonTaskDefinitionResponse
{
    public string? DaemonTaskDefinitionArn { get; set; }
}

/// <summary>Registers the next revision of a family of daemon task definitions.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterDaemonTaskDefinition.html</remarks>
internal sealed class RegisterDaemonTaskDefinition(AccountStreams account, EcsQuotas quotas) : IOperation<RegisterDaemonTaskDefinitionRequest, RegisterDaemonTaskDefinitionResponse>
{
    public async ValueTask<RegisterDaemonTaskDefinitionResponse> HandleAsync(RegisterDaemonTaskDefinitionRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        DaemonTaskDefinitionRules.Check(request, quotas);
        var draft = DaemonTaskDefinitionDraft.Of(request, Tags.Read(request.Tags), context, quotas);
        var registered = await account.ExecuteAsync(context, new RegisterDaemonTaskDefinitionCommand(draft), cancellationToken).ConfigureAwait(false);
        return new() { DaemonTaskDefinitionArn = DaemonArns.TaskDefinition(registered.Key, context) };
    }
}
