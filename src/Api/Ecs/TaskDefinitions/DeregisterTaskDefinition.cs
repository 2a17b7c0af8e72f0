using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record DeregisterTaskDefinitionRequest
{
    public string? TaskDefinition { get; set; }
}

internal sealed record DeregisterTaskDefinitionResponse
{
    public TaskDefinitionShape? TaskDefinition { get; set; }
}

/// <summary>Makes a revision INACTIVE: what runs it goes on, nothing new may use it.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html</remarks>
internal sealed class DeregisterTaskDefinition(AccountStreams account) : IOperation<DeregisterTaskDefinitionRequest, DeregisterTaskDefinitionResponse>
{
    public async ValueTask<DeregisterTaskDefinitionResponse> HandleAsync(DeregisterTaskDefinitionRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = TaskDefinitionReference.ParseRevision(request.TaskDefinition, context);
        var deregistered = await account.ExecuteAsync(context, new DeregisterTaskDefinitionCommand(key), cancellationToken).ConfigureAwait(false);
        return new() { TaskDefinition = TaskDefinitionAnswer.Of(deregistered) };
    }
}
