using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Deletes a parameter and all it was.</summary>
/// <remarks>https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html</remarks>
internal sealed class DeleteParameter(ParametersStreams streams) : IOperation<DeleteParameter.Request, DeleteParameter.Response>
{
    internal sealed record Request(string? Name);

    internal sealed record Response;

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = ParameterRules.Name(request.Name);
        var deleted = await streams.ExecuteAsync(context, new Domain.DeleteParameters([name]), cancellationToken).ConfigureAwait(false);
        return deleted.IsEmpty ? throw ParameterRules.NotFound(name) : new();
    }
}
