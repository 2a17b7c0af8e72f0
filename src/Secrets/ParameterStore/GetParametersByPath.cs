using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Tells the values of the parameters below a path, in the order of their names.</summary>
/// <remarks>https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html</remarks>
internal sealed class GetParametersByPath(ParametersStreams streams, ParameterValues values) : IOperation<GetParametersByPath.Request, GetParametersByPath.Response>
{
    private const int MostParameters = 10;

    internal sealed record Request(
        string? Path, bool? Recursive, IReadOnlyList<ParameterStringFilterShape>? ParameterFilters, bool? WithDecryption, int? MaxResults, string? NextToken);

    internal sealed record Response(IReadOnlyList<ParameterShape> Parameters, string? NextToken);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var path = ParameterRules.Name(request.Path);
        if (!path.StartsWith('/'))
        {
            throw Invalid.Validation("The parameter path must begin with a forward slash (/).");
        }

        var size = Invalid.Size(request.MaxResults, "maxResults", MostParameters);
        var tests = (request.ParameterFilters ?? []).Select(Secrets.ParameterFilters.Test).ToList();
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var below = state.Parameters.Values
            .Where(parameter => Secrets.ParameterFilters.IsBelow(parameter.Name, path, request.Recursive == true) && tests.All(test => test(parameter)))
            .OrderBy(parameter => parameter.Name, StringComparer.Ordinal);
        var (page, next) = Page.Of(below, parameter => parameter.Name, request.NextToken, size, "InvalidNextToken");
        return new([.. page.Select(parameter => ParameterShape.Of(values, context, state, parameter, parameter.Current, null, request.WithDecryption))], next);
    }
}
