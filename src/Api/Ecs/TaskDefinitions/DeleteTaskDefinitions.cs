using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record DeleteTaskDefinitionsRequest
{
    public List<string>? TaskDefinitions { get; set; }
}

internal sealed record DeleteTaskDefinitionsResponse
{
    public List<TaskDefinitionShape>? TaskDefinitions { get; set; }

    public List<FailureShape>? Failures { get; set; }
}

/// <summary>Asks for INACTIVE revisions to be forgotten.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteTaskDefinitions.html</remarks>
internal sealed class DeleteTaskDefinitions(AccountStreams account) : IOperation<DeleteTaskDefinitionsRequest, DeleteTaskDefinitionsResponse>
{
    private const int MostReferences = 10;

    public async ValueTask<DeleteTaskDefinitionsResponse> HandleAsync(DeleteTaskDefinitionsRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (request.TaskDefinitions is not { Count: > 0 } references)
        {
            throw AwsException.InvalidParameter("size of TaskDefinition references list must be greater than 0");
        }

        if (references.Count > MostReferences)
        {
            throw AwsException.InvalidParameter($"Size of TaskDefinition references list cannot exceed {MostReferences}");
        }

        var keys = references.ConvertAll(reference => TaskDefinitionReference.ParseRevision(reference, context));
        var deletions = await account.ExecuteAsync(context, new DeleteTaskDefinitionsCommand([.. keys]), cancellationToken).ConfigureAwait(false);
        return new()
        {
            TaskDefinitions = [.. deletions.Select(deletion => deletion.Going).OfType<RegisteredTaskDefinition>().Select(TaskDefinitionAnswer.Of)],
            Failures = [.. deletions.Zip(references)
                .Where(pair => pair.First.FailureReason is not null)
                .Select(pair => new FailureShape { Arn = pair.Second, Reason = pair.First.FailureReason })],
        };
    }
}
