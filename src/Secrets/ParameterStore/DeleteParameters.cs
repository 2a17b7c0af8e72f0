using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Deletes up to ten parameters, and says which of the names nothing has.</summary>
/// <remarks>https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html</remarks>
internal sealed class DeleteParameters(ParametersStreams streams) : IOperation<DeleteParameters.Request, DeleteParameters.Response>
{
    internal sealed record Request(IReadOnlyList<string>? Names);

    internal sealed record Response(IReadOnlyList<string> DeletedParameters, IReadOnlyList<string> InvalidParameters);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var names = ParameterRules.Names(request.Names);
        var deleted = await streams.ExecuteAsync(context, new Domain.DeleteParameters([.. names.Distinct()]), cancellationToken).ConfigureAwait(false);
        return new(deleted, [.. names.Except(deleted)]);
    }
}
