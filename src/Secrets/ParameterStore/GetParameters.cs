using Berth.Domain;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Tells the values of up to ten parameters, and which of the names nothing has.</summary>
/// <remarks>https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html</remarks>
internal sealed class GetParameters(ParametersStreams streams, ParameterValues values) : IOperation<GetParameters.Request, GetParameters.Response>
{
    internal sealed record Request(IReadOnlyList<string>? Names, bool? WithDecryption);

    internal sealed record Response(IReadOnlyList<ParameterShape> Parameters, IReadOnlyList<string> InvalidParameters);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var names = ParameterRules.Names(request.Names);
        if (names.Distinct().Count() != names.Count)
        {
            throw Invalid.Validation("Duplicate parameter names are not allowed.");
        }

        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var found = names.Select(name => (Name: name, Reading: state.Read(name))).ToLookup(pair => pair.Reading?.Version is not null);
        return new(
            [.. found[true].Select(pair => Shape(pair.Reading!, pair.Reading!.Version!))],    // Neither is null here.
            [.. found[false].Select(pair => pair.Name)]);

        ParameterShape Shape(ParameterReading reading, ParameterVersion version) =>
            ParameterShape.Of(values, context, state, reading.Parameter, version, reading.Selector, request.WithDecryption);
    }
}
