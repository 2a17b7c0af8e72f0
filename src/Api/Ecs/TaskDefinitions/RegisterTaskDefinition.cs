using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record RegisterTaskDefinitionRequest
{
    public string? Family { get; set; }

    public string? TaskRoleArn { get; set; }

    public string? ExecutionRoleArn { get; set; }

    public string? NetworkMode { get; set; }

    public List<ContainerDefinitionShape>? ContainerDefinitions { get; set; }

    public List<VolumeShape>? Volumes { get; set; }

    public List<TaskDefinitionPlacementConstraintShape>? PlacementConstraints { get; set; }

    public List<string>? RequiresCompatibilities { get; set; }

    public string? Cpu { get; set; }

    public string? Memory { get; set; }

    public List<TagShape>? Tags { get; set; }

    public string? PidMode { get; set; }

    public string? IpcMode { get; set; }

    public ProxyConfigurationShape? ProxyConfiguration { get; set; }

    public List<InferenceAcceleratorShape>? InferenceAccelerators { get; set; }

    public EphemeralStorageShape? EphemeralStorage { get; set; }

    public RuntimePlatformShape? RuntimePlatform { get; set; }

    public bool? EnableFaultInjection { get; set; }
}

internal sealed record RegisterTaskDefinitionResponse
{
    public TaskDefinitionShape? TaskDefinition { get; set; }

    public List<TagShape>? Tags { get; set; }
}

/// <summary>Registers the next revision of a family.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html</remarks>
internal sealed class RegisterTaskDefinition(AccountStreams account, EcsQuotas quotas) : IOperation<RegisterTaskDefinitionRequest, RegisterTaskDefinitionResponse>
{
    public async ValueTask<RegisterTaskDefinitionResponse> HandleAsync(RegisterTaskDefinitionRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        TaskDefinitionRules.Check(request, quotas).ThrowFirst();
        var tags = Tags.Read(request.Tags);
        var registered = await account.ExecuteAsync(
            context, new RegisterTaskDefinitionCommand(TaskDefinitionDraft.Of(request, quotas), context.PrincipalArn, tags), cancellationToken).ConfigureAwait(false);
        return new() { TaskDefinition = TaskDefinitionAnswer.Of(registered), Tags = Tags.Show(registered.Tags) };
    }
}
