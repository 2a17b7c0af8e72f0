using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Tells all of parameters but their values, in the order of their names.</summary>
/// <remarks>https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html</remarks>
internal sealed class DescribeParameters(ParametersStreams streams) : IOperation<DescribeParameters.Request, DescribeParameters.Response>
{
    private const int MostParameters = 50;

    internal sealed record Request(
        IReadOnlyList<ParametersFilterShape>? Filters,
        IReadOnlyList<ParameterStringFilterShape>? ParameterFilters,
        int? MaxResults,
        string? NextToken,
        bool? Shared);

    internal sealed record Response(IReadOnlyList<ParameterMetadataShape> Parameters, string? NextToken);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        if (request is { Filters.Count: > 0, ParameterFilters.Count: > 0 })
        {
            throw Invalid.Validation("You can use either Filters or ParameterFilters in a single request.");
        }

        var size = Invalid.Size(request.MaxResults, "maxResults", MostParameters);
        var tests = (request.ParameterFilters ?? []).Select(Secrets.ParameterFilters.Test).Concat((request.Filters ?? []).Select(Secrets.ParameterFilters.Test)).ToList();
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var found = state.Parameters.Values
            .Where(parameter => request.Shared != true && tests.All(test => test(parameter)))    // Nobody shares any.
            .OrderBy(parameter => parameter.Name, StringComparer.Ordinal);
        var (page, next) = Page.Of(found, parameter => parameter.Name, request.NextToken, size, "InvalidNextToken");
        return new([.. page.Select(parameter => Shape(state, parameter))], next);
    }

    private static ParameterMetadataShape Shape(Domain.ParametersState state, Domain.Parameter parameter) => new(
        parameter.Name,
        state.Arn(parameter.Name),
        parameter.Current.Type,
        parameter.Current.KeyId,
        parameter.Current.ModifiedAt,
        parameter.Current.ModifiedBy,
        parameter.Current.Description,
        parameter.Current.AllowedPattern,
        parameter.Current.Number,
        parameter.Current.Tier,
        [],
        parameter.Current.DataType);
}
