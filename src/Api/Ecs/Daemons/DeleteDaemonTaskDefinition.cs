using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record DeleteDaemonTaskDefinitionRequest
{
    public string? DaemonTaskDefinition { get; set; }
}

internal sealed record DeleteDaemonTaskDefinitionResponse
{
    public string? DaemonTaskDefinitionArn { get; set; }
}

/// <summary>Deletes one ACTIVE revision of a daemon task definition. Daemons that are made of it keep it.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteDaemonTaskDefinition.html</remarks>
internal sealed class DeleteDaemonTaskDefinition(AccountStreams account) : IOperation<DeleteDaemonTaskDefinitionRequest, DeleteDaemonTaskDefinitionResponse>
{
    public async ValueTask<DeleteDaemonTaskDefinitionResponse> HandleAsync(DeleteDaemonTaskDefinitionRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var (family, revision) = DaemonArns.ReadTaskDefinition(request.DaemonTaskDefinition, "daemonTaskDefinition", context);
        var key = new TaskDefinitionKey(family, revision ?? throw AwsException.Client("Revision is missing."));
        await account.ExecuteAsync(context, new DeleteDaemonTaskDefinitionCommand(key), cancellationToken).ConfigureAwait(false);
        return new() { DaemonTaskDefinitionArn = DaemonArns.TaskDefinition(key, context) };
    }
}
